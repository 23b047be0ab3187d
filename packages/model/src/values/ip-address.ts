import ipaddr from "ipaddr.js";

/** True for four numbers with dots, as inet_pton(3) takes them. */
export const isIPv4 = (text: string): boolean => dottedQuad.test(text);

/** True for an address as inet_pton(3) takes it, or one with a zone behind it. */
export const isIPv6 = (text: string): boolean => mayBeAddress.test(text) && ipaddr.IPv6.isValid(text);

/** True for an address of either family; of IPv4 also in the short forms of inet_aton(3). */
export const isIPAddress = (text: string): boolean => mayBeAddress.test(text) && ipaddr.isValid(text);

/** Four bytes in decimal, without leading zeros. */
const dottedQuad = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The library says no by an exception, which takes a hundred times as long as to see that a text is a name. */
const mayBeAddress = /^[\da-fx.:]+(?:%.*)?$/i;
