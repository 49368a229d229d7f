// Package followup reads a question as an edit of the plan before it: the same
// sketches that are built into plans of their own are laid over the earlier
// plan. Whether it was meant so is not decided here: both kinds of drafts go
// to the same ranking, and the marks of the language (“what about”, “only”,
// “instead”) and a fragment's shortness speak for the edit.
//
// Rules of an edit:
//  1. A condition on a column that is restricted already replaces that
//     restriction; others are added.
//  2. A period replaces a period.
//  3. A measure replaces the measures, unless “and”, “also” or “too” adds it.
//  4. “By …” replaces the keys, unless it adds to them; a period replaces a period.
//  5. “Those” are the things of the answer before, also where another table is
//     asked about them: then they are found over the joins of the catalog.
//  6. “Also” and “too” widen a restriction of the same column; “remove” and
//     “drop” take a measure, a key, a column or a value away, “swap” and “instead
//     of” put one in the place of another. What the answer does not have is
//     neither taken away nor replaced: that is refused.
//  7. A period keeps the column of the period before, until “use the ship date”.
//  8. “Which of the two” after two questions about one thing each is asked of
//     both; “who else has the same” of all but the one thing of the answer before.
//  9. What several things have is given for each of them beside its name, and
//     so is what makes some of them the ones that are asked for.
//  10. Joins come and go with the columns that need them.
package followup
