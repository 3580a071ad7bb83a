/** An address that may be shown: without user, password and query, which may hold a signature. */
export function withoutPassword(address: string): string {
  try {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    url.search = '';
    return url.href;
  } catch {
    return address;
  }
}

/** The address with the user and password of `from`, if both have one origin and it has none itself. */
export function withPasswordOf(from: string, address: string): string {
  const url = new URL(address);
  const source = new URL(from);
  if (url.origin === source.origin && url.username === '' && url.password === '') {
    url.username = source.username;
    url.password = source.password;
  }
  return url.href;
}
