/** `https://user:password@host`, with what stands before the last @ as its second part. */
export const PASSWORD_IN_ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)([^/?#\s"']+)@/i;
/** `https://host/path?token=…`, also behind a #: the address as its first part, what may be a secret as its second. */
export const QUERY_IN_ADDRESS = /([a-z][a-z0-9+.-]*:\/\/[^?#\s"']*[?#])([^\s"']*)/i;
const ALL = new RegExp(PASSWORD_IN_ADDRESS, 'gi');
const ALL_QUERIES = new RegExp(QUERY_IN_ADDRESS, 'gi');

/** Lines of a file as they may be shown: users and passwords of addresses, and what stands behind a ? or # in them, are asterisks, so that all else stands where it stood. */
export const hidePasswords = (text: string): string =>
  text
    .replace(ALL, (_, scheme: string, secret: string) => `${scheme}${'*'.repeat(secret.length)}@`)
    .replace(ALL_QUERIES, (_, address: string, secret: string) => `${address}${'*'.repeat(secret.length)}`);
