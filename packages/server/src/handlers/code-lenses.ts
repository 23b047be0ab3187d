import type { Span } from "@smtpdlint/grammar";
import { codeLenses, type View } from "@smtpdlint/ide";
import type { CancellationToken, CodeLens, CodeLensParams, Command, Location, Range } from "vscode-languageserver";
import { writeTestCommand } from "../policy-tests/commands.ts";
import type { TestFeatures } from "../policy-tests/features.ts";
import type { Session } from "../session.ts";
import { differencesLens } from "./differences.ts";

/** A command of the client's, with a document, a place in it, and the places to show. */
const showReferences = "smtpdlint.showReferences";

/** A lens whose text is worked out when somebody sees it: in which document, of which kind, and where. */
type Later = readonly [uri: string, kind: "names" | "tests", start: number];

const isLater = (data: unknown): data is Later =>
  Array.isArray(data) && typeof data[0] === "string" && typeof data[2] === "number";

/** Lines of text above statements. */
export function serveCodeLenses(session: Session): void {
  const { connection, workspace } = session;
  const can = () => session.clientCapabilities;

  connection.onCodeLens(
    session.guarded<CodeLensParams, CodeLens[]>([], async ({ textDocument }, token) => {
      const { uri } = textDocument;
      if (session.tests.has(textDocument)) return (await session.tests.features()).codeLenses(uri, token);
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const main = workspace.mainOf(uri);
      const isMain = view.model.sources.files[view.file]?.path === main;
      const ofChange = isMain ? await differencesLens(session, uri, main) : [];
      const { references } = workspace.settings.ofClient(uri).codeLenses ?? {};
      const later = (span: Span, kind: Later[1]): CodeLens => ({
        range: converter.range(span),
        data: [uri, kind, span.start] satisfies Later,
      });
      const ofNames = (references ? codeLenses(view) : []).map(({ span }) => later(span, "names"));
      const tests = await session.tests.featuresFor(main);
      const ofTests = (tests?.testedRules(view) ?? []).map(({ span }) => later(span, "tests"));
      const unresolved = [...ofNames, ...ofTests];
      if (can().resolvesCodeLenses) return [...ofChange, ...unresolved];
      const resolved = await Promise.all(unresolved.map((lens) => resolve(lens, token)));
      return [...ofChange, ...resolved.filter(({ command }) => command)];
    }),
  );
  connection.onCodeLensResolve((lens, token) => session.guarded(lens, () => resolve(lens, token))(lens, token));

  /** The text of a lens; of one that stands nowhere any more there is none. */
  async function resolve({ data, ...lens }: CodeLens, token: CancellationToken): Promise<CodeLens> {
    if (!isLater(data)) return lens;
    const [uri, kind, start] = data;
    const here = session.documentAt({ uri });
    if (!here) return lens;
    if (kind === "names") {
      const text = codeLenses(here.view)
        .find(({ span }) => span.start === start)
        ?.text();
      const places = text?.places.map((place) => here.converter.location(place)) ?? [];
      return text ? { ...lens, command: show(uri, lens.range, text.title, places) } : lens;
    }
    const tests = await session.tests.featuresFor(workspace.mainOf(uri));
    const command = tests && (await ofTests(tests, here.view, uri, lens.range, start, token));
    return command ? { ...lens, command } : lens;
  }

  /** How many tests reach a match rule; a click writes the first. */
  async function ofTests(
    tests: TestFeatures,
    view: View,
    uri: string,
    range: Range,
    start: number,
    token: CancellationToken,
  ): Promise<Command | undefined> {
    const found = (await tests.ruleLenses(view, token)).find(({ match }) => match.span.start === start);
    if (!found) return undefined;
    const { title, places } = found;
    if (places.length > 0 || !can().applyEdit) return show(uri, range, title, places);
    return { title: `${title}: write one`, command: writeTestCommand, arguments: [uri, range.start] };
  }

  /** A client that does not know the command shows the text all the same. */
  function show(uri: string, range: Range, title: string, places: readonly Location[]): Command {
    const command = places.length > 0 && can().showReferences ? showReferences : "";
    return { title, command, arguments: [uri, range.start, places] };
  }
}
