/** Why a check of a rule says nothing: the days ended when another rule was broken. */
export const notPlayed = "the days ended at another rule";
