/** Examples are taken in as texts. */
declare module "*.conf" {
  const text: string;
  export default text;
}
declare module "*.test" {
  const text: string;
  export default text;
}
declare module "*.aliases" {
  const text: string;
  export default text;
}
