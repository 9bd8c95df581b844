/** Where a line is: its segment's file name, and its bytes in it with the line feed. */
export interface Place {
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
}
