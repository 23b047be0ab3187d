import { afterAll, vi } from "vitest";

/** Files of tests share their modules and globals: what one replaces is put back for the next. */
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
