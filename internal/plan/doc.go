// Package plan is a question as a typed tree: what every reader of questions
// ends in and what the one compiler makes SQL of.
//
// A Plan is small and closed. It has a source, a condition, group keys,
// measures, an order and a limit, all written in one expression language
// (Expr). It prints itself as compact text that reads back to the same plan
// (String, Parse), as canonical JSON, and hashes. Validate checks it against a
// catalog and names what would be valid instead.
//
// It is pure and knows no SQL: sqlgen compiles, explain restates.
//
// # The text
//
// A plan is one line: a source, then parts after a bar, each at most once.
//
//	sales | where region = 'West' | by trunc(month, order_date) as month |
//	  sum(revenue) as "total revenue" | having "total revenue" > 5000 |
//	  order "total revenue" desc | limit 5 per month | fill | chart line | as series
//
// The source is a table, a plan in parentheses "(from …)", or "union",
// "intersect" or "except" over such plans; joins follow as
// "left join customers on customer_id = customers.id". Rows are shown by
// "select", "distinct" once each. Names are bare or in double quotes, text is
// in single quotes, a decimal number ends in d (12.50d), dates are written
// plainly, "within a..b" is half-open and may leave an end out.
//
// A bare name is a column of the source; in having and order it is a column of
// the result. The other way round one writes @name for a result column and
// .name for one of the source.
//
// # What is decided where the tree leaves room
//
//  1. A condition over a semi or anti joined table says which of its rows
//     count; all other conditions are about the rows of the source.
//  2. Having comes before windows, unless it names one itself; then it comes
//     after them. The limit is always last.
//  3. A limit within groups shows the groups one after the other.
//  4. An order is completed by the time key and the other group keys, or by
//     the position of the row, so that a result is always in the same order.
//  5. Empty periods are filled over the range that the condition gives, as far
//     as the table has dates, otherwise from the first to the last period of
//     the result. Counts and sums are zero there, all else is null. Rows
//     without a date are in no period.
//  6. Days of the week count from Monday, 1.
package plan
