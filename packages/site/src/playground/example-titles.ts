/** The examples, in the order of the list; the first is there at the start. */
export const exampleTitles = [
  "A few slips",
  "What smtpd -n accepts",
  "A mail exchanger, with tests",
  "A message that is refused",
  "A change that does too much",
  "A file from before 6.4",
  "An empty file",
] as const;
