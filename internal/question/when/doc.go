// Package when reads dates and periods: tokens go in, phrases come out, and a
// phrase becomes a half-open range once the clock and the data's own first and
// last day are known. Nothing here looks at a clock by itself.
//
// Rules where the language leaves a choice:
//  1. Ranges are half-open; an end day that is named belongs to the range.
//  2. "last month" is the calendar month before this one; "last 30 days" are
//     the 30 complete days before today.
//  3. A bare month, quarter or week is the most recent one that has data.
//  4. Where the data ended long before the clock, relative phrases count from
//     the end of the data, and the range says so.
package when
