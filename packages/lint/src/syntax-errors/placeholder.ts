/** `${NAME}` or `$(COMMAND)`, which a shell was to replace. */
export const shellPlaceholder = /^\$(\{[^}\n]*\}|\([^)\n]*\))/;
