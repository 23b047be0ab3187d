export { dotText } from "./dot.ts";
export { folded } from "./fold.ts";
export { htmlText } from "./html.ts";
export { type MailFlow, mailFlowOf } from "./mail-flow.ts";
export { mermaidText } from "./mermaid.ts";
export { svgText } from "./svg.ts";
export { flowOfMessage } from "./way-of-message.ts";
