import type { FailedDelivery } from "@smtpdlint/policy";

/** Where there is no machine, nothing fails on it. */
export const failedDeliveries = (): FailedDelivery[] => [];
