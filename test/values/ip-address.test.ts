import { isIPv4 as nodeSaysIPv4, isIPv6 as nodeSaysIPv6 } from "node:net";
import { isIPAddress, isIPv4, isIPv6 } from "@smtpdlint/model";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";

test.each(["0.0.0.0", "192.0.2.255", "::", "::1", "2001:db8::192.0.2.1", "FE80::1%lo0"])(
  "'%s' is an address",
  (text) => {
    expect(isIPAddress(text)).toBe(true);
    expect([isIPv4(text), isIPv6(text)]).toEqual([nodeSaysIPv4(text), nodeSaysIPv6(text)]);
  },
);

test.each(["", "mx.example.org", "192.0.2.256", "192.0.2.01", "192.0.2.1.", "192.0.2.1\n", ":", "fe80", "[::1]"])(
  "'%s' is none of either family",
  (text) => {
    expect([isIPv4(text), isIPv6(text)]).toEqual([false, false]);
  },
);

test("the short forms of IPv4 are addresses too", () => {
  expect(["10", "10.1", "0x7f000001", "0x7f.1", "010.1"].filter(isIPAddress)).toHaveLength(5);
});

test(`nothing that is an address is taken for a name (seed ${seed})`, () => {
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom(..."0123456789abfxX.:%eg-\n"), maxLength: 20 }),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (text) => {
      expect(isIPAddress(text)).toBe(ipaddr.isValid(text));
      expect(isIPv6(text)).toBe(ipaddr.IPv6.isValid(text));
      expect(isIPv4(text)).toBe(ipaddr.IPv4.isValidFourPartDecimal(text));
    }),
    { numRuns: runs(2000) },
  );
});
