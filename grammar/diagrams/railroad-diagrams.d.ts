/** The part of the drawing library that `generate.mts` uses. */
declare module "railroad-diagrams" {
  namespace railroad {
    /** Becomes SVG as a string. */
    interface Drawing {
      toString(): string;
    }
    function Diagram(...items: Drawing[]): Drawing;
    function Sequence(...items: Drawing[]): Drawing;
    function Choice(usual: number, ...items: Drawing[]): Drawing;
    function Optional(item: Drawing, usual?: "skip"): Drawing;
    function ZeroOrMore(item: Drawing): Drawing;
    function Terminal(text: string, href?: string): Drawing;
    function NonTerminal(text: string, href?: string): Drawing;
  }
  export default railroad;
}
