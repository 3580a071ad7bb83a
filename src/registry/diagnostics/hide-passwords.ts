/** `https://user:password@host`, with what stands before the last @ as its second part. */
export const PASSWORD_IN_ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)([^/?#\s"']+)@/i;
const ALL = new RegExp(PASSWORD_IN_ADDRESS, 'gi');

/** Lines of a file as they may be shown: users and passwords of addresses are asterisks, so that all else stands where it stood. */
export const hidePasswords = (text: string): string =>
  text.replace(ALL, (_, scheme: string, secret: string) => `${scheme}${'*'.repeat(secret.length)}@`);
