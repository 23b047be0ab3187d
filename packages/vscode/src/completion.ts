import * as vscode from "vscode";

/** What a provider of completions answers. */
type Found = vscode.ProviderResult<vscode.CompletionItem[] | vscode.CompletionList>;
type Answer = Awaited<Found>;

/** The items of an answer. */
export const itemsOf = (answer: Answer): readonly vscode.CompletionItem[] =>
  Array.isArray(answer) ? answer : (answer?.items ?? []);

/** Milliseconds in which what was typed is known here; nothing is shown, so nobody waits. */
const pause = 20;

/**
 * Asks for what a trigger character brings, and if that is nothing, for what was typed meanwhile: VS Code asks about a
 * letter only when it does not wait for an answer, or has got a list.
 */
export async function alsoTyped(
  document: vscode.TextDocument,
  position: vscode.Position,
  context: vscode.CompletionContext,
  ask: (position: vscode.Position, context: vscode.CompletionContext) => Found,
): Promise<Answer> {
  const before = document.lineAt(position).text;
  const answer = await ask(position, context);
  if (context.triggerKind !== vscode.CompletionTriggerKind.TriggerCharacter || itemsOf(answer).length > 0)
    return answer;
  // A letter may be on its way from the editor.
  await new Promise((resolve) => setTimeout(resolve, pause));
  const now = position.line < document.lineCount ? document.lineAt(position).text : "";
  const typed = now.slice(position.character, now.length - before.length + position.character);
  const isInPlace = now === before.slice(0, position.character) + typed + before.slice(position.character);
  if (!isInPlace || !/^\w+$/.test(typed)) return answer;
  const later = await ask(position.translate(0, typed.length), {
    triggerKind: vscode.CompletionTriggerKind.Invoke,
    triggerCharacter: undefined,
  });
  // VS Code adds what was typed since it asked.
  for (const item of itemsOf(later)) if (item.range) item.range = withoutEnd(item.range, typed.length);
  return later;
}

type ItemRange = NonNullable<vscode.CompletionItem["range"]>;

function withoutEnd(range: ItemRange, length: number): ItemRange {
  const shorter = ({ start, end }: vscode.Range) => new vscode.Range(start, end.translate(0, -length));
  if (range instanceof vscode.Range) return shorter(range);
  return { inserting: shorter(range.inserting), replacing: shorter(range.replacing) };
}
