import * as vscode from "vscode";

/** What a provider of completions answers. */
type Answer = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

/** The items of an answer. */
export const itemsOf = (answer: Answer): readonly vscode.CompletionItem[] =>
  Array.isArray(answer) ? answer : (answer?.items ?? []);

/** What VS Code has asked last, with the line as it was. */
interface Question {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly line: string;
  /** A trigger character has brought nothing. */
  isVain: boolean;
}

/** Milliseconds in which VS Code asks about a letter, if it does. */
const pause = 100;

/**
 * Asks for the list of a letter that VS Code has overlooked: it asks about none that is typed while it waits for what a
 * trigger character brings, and if that is nothing, the list comes with the next letter only.
 */
export class OverlookedLetters implements vscode.Disposable {
  private question: Question | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (document !== this.question?.document) return;
    // After what was pasted nobody wants a list.
    if (contentChanges.some(({ text }) => text.length > 1)) this.question = undefined;
    else if (this.question.isVain) this.wait();
  });

  dispose(): void {
    this.listener.dispose();
    clearTimeout(this.timer);
  }

  /** Passes a question on, and says what the answer is. */
  async pass(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind }: vscode.CompletionContext,
    ask: () => vscode.ProviderResult<vscode.CompletionItem[] | vscode.CompletionList>,
  ): Promise<Answer> {
    const question: Question = { document, position, line: document.lineAt(position).text, isVain: false };
    this.question = question;
    clearTimeout(this.timer);
    const answer = await ask();
    question.isVain = triggerKind === vscode.CompletionTriggerKind.TriggerCharacter && itemsOf(answer).length === 0;
    // The letter may be here before the answer.
    if (question.isVain && question === this.question) this.wait();
    return answer;
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), pause);
  }

  /** Nothing has been asked for a while: if a word has been begun, VS Code shows what is offered for it. */
  private look(): void {
    if (!this.question) return;
    const { document, position, line } = this.question;
    const now = position.line < document.lineCount ? document.lineAt(position).text : "";
    if (now === line) return;
    this.question = undefined;
    const typed = now.slice(position.character, now.length - line.length + position.character);
    const isInPlace = now === line.slice(0, position.character) + typed + line.slice(position.character);
    if (!isInPlace || !/^\w+$/.test(typed) || document !== vscode.window.activeTextEditor?.document) return;
    const editor = vscode.workspace.getConfiguration("editor", document);
    const setting: unknown = editor.get("quickSuggestions.other") ?? editor.get("quickSuggestions");
    if (setting === "on" || setting === true) {
      void vscode.commands.executeCommand("editor.action.triggerSuggest", { auto: true });
    }
  }
}
