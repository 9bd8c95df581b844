import csv


def total_by_customer(path):
    totals = {}
    for row in csv.DictReader(open(path)):
        totals[row["customer"]] = totals.get(row["customer"], 0) + float(row["amount"])
    return totals
