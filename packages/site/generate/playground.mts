export async function buildPlayground(): Promise<void> {}
