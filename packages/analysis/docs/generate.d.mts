export {};
//# sourceMappingURL=generate.d.mts.map
