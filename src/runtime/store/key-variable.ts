/** Says which key of private names: a name, or a file. The option `--identity-key` sets it for the call and what it starts. */
export const KEY_VARIABLE = 'ICHOR_IDENTITY_KEY';
