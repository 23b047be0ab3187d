/** True for a text of a guide or a template in which somebody else is to fill something in. */
export const hasPlaceholder = (text: string): boolean => /\{\{|[$%][({]|@@|<[a-z][\w .-]*>/i.test(text);
