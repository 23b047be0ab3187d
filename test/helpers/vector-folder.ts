/** The folder of SMTPDLINT_VECTORS, with vectors that are too large for this repository; empty if there is none. */
export const vectorFolder = process.env.SMTPDLINT_VECTORS ?? "";
