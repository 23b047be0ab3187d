/** Wrong usage: exit code 2, and a word on where the usage is told. */
export class UsageError extends Error {}

/** Input that cannot be used: exit code 2. */
export class InputError extends Error {}
