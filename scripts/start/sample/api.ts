export interface User {
  id: number;
  name: string;
}

export async function fetchJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  return response.json();
}

export function findUser(users: User[], name: string): User | undefined {
  for (let i = 0; i < users.length; i++) {
    if (users[i].name.toLowerCase() === name.toLowerCase()) {
      return users[i];
    }
  }
  return undefined;
}
