export { dotText } from "./dot.ts";
export { folded } from "./fold.ts";
export { htmlText } from "./html.ts";
export { type FlowNode, type MailFlow, mailFlowOf } from "./mail-flow.ts";
export { MailWays, type Neighbour } from "./mail-ways.ts";
export { mermaidText } from "./mermaid.ts";
export { senderWords } from "./senders.ts";
export { svgText } from "./svg.ts";
export { flowOfMessage } from "./way-of-message.ts";
