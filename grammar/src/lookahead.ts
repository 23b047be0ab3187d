import { type BaseParser, type ILookaheadStrategy, LLkLookaheadStrategy } from "chevrotain";

type ForAlternation = ILookaheadStrategy["buildLookaheadForAlternation"];
type ForOptional = ILookaheadStrategy["buildLookaheadForOptional"];

/**
 * Chevrotain's own lookahead, but worked out for a place of the grammar when
 * the parser first comes there. Most files use few of the statements, and
 * working out all of it takes as long as reading a usual file.
 */
export class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(place: Parameters<ForAlternation>[0]): ReturnType<ForAlternation> {
    const build = () => super.buildLookaheadForAlternation(place);
    let choose: ReturnType<ForAlternation> | undefined;
    return function (this: BaseParser, alternatives) {
      choose ??= build();
      return choose.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(place: Parameters<ForOptional>[0]): ReturnType<ForOptional> {
    const build = () => super.buildLookaheadForOptional(place);
    let isNext: ReturnType<ForOptional> | undefined;
    return function (this: BaseParser) {
      isNext ??= build();
      return isNext.call(this);
    };
  }
}
