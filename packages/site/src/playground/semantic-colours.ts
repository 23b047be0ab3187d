import { type LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { offsetIn } from "./offsets.ts";

/** Milliseconds after the last key. */
const delay = 150;

const setColours = StateEffect.define<DecorationSet>();

const colours = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, { changes, effects }) {
    const fresh = effects.find((effect) => effect.is(setColours));
    return fresh ? fresh.value : set.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Colours words by what the server says that they are, and sends it what is typed. */
export const coloursByServer = (client: LSPClient): Extension => [
  colours,
  ViewPlugin.define((view) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isThere = true;
    const ask = async () => {
      await client.initializing;
      if (!isThere) return;
      client.sync();
      const plugin = LSPPlugin.get(view);
      if (!plugin) return;
      const { doc } = view.state;
      const tokens = await client
        .request<object, { data: number[] } | null>("textDocument/semanticTokens/full", {
          textDocument: { uri: plugin.uri },
        })
        // What cannot be coloured can be read all the same.
        .catch(() => null);
      if (tokens && isThere && view.state.doc === doc) view.dispatch({ effects: setColours.of(decode(tokens.data)) });
    };
    const decode = (data: readonly number[]): DecorationSet => {
      const legend = client.serverCapabilities?.semanticTokensProvider?.legend.tokenTypes ?? [];
      const builder = new RangeSetBuilder<Decoration>();
      let [line, character] = [0, 0];
      for (let at = 0; at + 4 < data.length; at += 5) {
        const [lines = 0, characters = 0, length = 0, type = 0] = data.slice(at, at + 4);
        character = lines === 0 ? character + characters : characters;
        line += lines;
        const from = offsetIn(view.state.doc, { line, character });
        const to = Math.min(from + length, view.state.doc.length);
        if (to > from) builder.add(from, to, Decoration.mark({ class: `token-${legend[type]}` }));
      }
      return builder.finish();
    };
    void ask();
    return {
      update({ docChanged }: ViewUpdate) {
        if (!docChanged) return;
        clearTimeout(timer);
        timer = setTimeout(ask, delay);
      },
      destroy() {
        isThere = false;
        clearTimeout(timer);
      },
    };
  }),
];
