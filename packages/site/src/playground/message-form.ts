import type { LSPClient } from "@codemirror/lsp-client";
import { byId } from "./dom.ts";
import { uriOf } from "./files.ts";
import { fieldNames, type MessageFields, messageFields, messageWords } from "./message.ts";

/** The message that is traced, or whose way is drawn: a field for each condition that most messages have. */
export class MessageForm {
  /** True once somebody has said which message it is: until then it is one that the configuration knows. */
  isChosen = false;

  /** `main` is the configuration; `changed` is called for what is typed, `asked` for Enter. */
  constructor(
    private readonly client: LSPClient,
    private readonly main: string,
    changed: () => void,
    asked: () => void,
  ) {
    const form = byId("message");
    form.addEventListener("input", () => {
      this.isChosen = true;
      changed();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      asked();
    });
  }

  /** In the words of a test. */
  get words(): string {
    const fields = Object.fromEntries([...fieldNames, "more"].map((name) => [name, field(name).value]));
    return messageWords(fields as MessageFields);
  }

  /** Undefined for one that is still to be begun with. */
  set(words: string | undefined): void {
    this.isChosen = words !== undefined;
    this.write(words ?? "");
  }

  /** Writes a message to begin with, as long as nobody has chosen one. */
  async begin(): Promise<void> {
    if (this.isChosen) return;
    this.client.sync();
    const params = { uri: uriOf(this.main) };
    const found = await this.client.request<object, { message?: string } | null>("smtpdlint/messageToTrace", params);
    // Somebody may have typed in the meantime.
    if (found?.message !== undefined && !this.isChosen) this.write(found.message);
  }

  private write(words: string): void {
    for (const [name, value] of Object.entries(messageFields(words))) field(name).value = value;
  }
}

const field = (name: string) => byId<HTMLInputElement>(`message-${name}`);
