import { afterAll, vi } from "vitest";
import { removeTemporaryFolders } from "./helpers/temporary-folder.ts";

/** Files of tests share their modules and globals: what one replaces is put back for the next, and no folder stays. */
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  removeTemporaryFolders();
});
