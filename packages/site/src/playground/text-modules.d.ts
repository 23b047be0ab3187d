/** Examples are taken in as texts. */
declare module "*?raw" {
  const text: string;
  export default text;
}
