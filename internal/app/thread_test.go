package app_test

import (
	"fmt"
	"strings"
	"testing"

	"tabletalk/client"
)

// shopLines are lines of orders in which everybody bought the same three times.
var shopLines = "order_id,day,region,customer,product,revenue\n" + strings.Repeat(`1,2024-01-10,North,Ann,Lamp,10
2,2024-02-11,South,Bob,Desk,40
3,2024-02-20,North,Cyd,Lamp,20
4,2025-01-05,East,Bob,Chair,30
5,2025-02-02,South,Dan,Desk,60
6,2025-03-09,North,Ann,Chair,25
7,2025-03-10,North,Ann,Lamp,15
`, 3)

// said is one turn of a conversation: what is asked, and the rows or the words
// of the answer.
type said struct{ asked, rows, words string }

// threads are conversations; "restart" starts the program anew in between.
var threads = map[string][]said{
	"those and the first one": {
		{asked: "top 2 customers by revenue", rows: "[[Bob 210] [Dan 180]]"},
		{asked: "what did they buy?", rows: "[[Desk 300] [Chair 90]]"},
		{asked: "start over. top 2 customers by revenue", rows: "[[Bob 210] [Dan 180]]"},
		{asked: "break down the first one by year", rows: "[[2024-01-01 120] [2025-01-01 90]]"},
	},
	"those after a restart": {
		{asked: "top 2 customers by revenue", rows: "[[Bob 210] [Dan 180]]"},
		{asked: "restart"},
		{asked: "total revenue of those by product", rows: "[[Desk 300] [Chair 90]]"},
		{asked: "only 2025", rows: "[[Desk 180] [Chair 90]]"},
	},
	"start over with a question": {
		{asked: "revenue by region in 2024", rows: "[[South 120] [North 90]]"},
		{asked: "start over. revenue by product", rows: "[[Desk 300] [Chair 165] [Lamp 135]]"},
		{asked: "only in 2025", rows: "[[Desk 180] [Chair 165] [Lamp 45]]"},
		{asked: "undo", rows: "[[Desk 300] [Chair 165] [Lamp 135]]"},
		{asked: "undo", words: "nothing to go back to"},
		{asked: "new question: how many customers are there", rows: "[[4]]"},
	},
	"how was that calculated": {
		{asked: "how was that calculated?", words: "Nothing was computed"},
		{asked: "revenue by region", rows: "[[South 300] [North 210] [East 90]]"},
		{asked: "explain how that was calculated", words: "Total revenue by region"},
		{asked: "how did you get that number?", words: "Total revenue by region"},
		{asked: "restart"},
		{asked: "show me the SQL", words: "exactly what ran"},
		{asked: "only the north", rows: "[[North 210]]"},
		{asked: "how was that calculated?", words: "Step by step: 21 rows in sales, then 12 rows where region is North."},
	},
	"edits of one answer": {
		{asked: "revenue by year", rows: "[[2024-01-01 210] [2025-01-01 390]]"},
		{asked: "only the south", rows: "[[2024-01-01 120] [2025-01-01 180]]"},
		{asked: "what about North?", rows: "[[2024-01-01 90] [2025-01-01 120]]"},
		{asked: "and by product instead", rows: "[[Lamp 135] [Chair 75]]"},
		{asked: "lowest first", rows: "[[Chair 75] [Lamp 135]]"},
		{asked: "go back", rows: "[[Lamp 135] [Chair 75]]"},
		{asked: "take that back", rows: "[[2024-01-01 90] [2025-01-01 120]]"},
		{asked: "all regions", rows: "[[2024-01-01 210] [2025-01-01 390]]"},
	},
	"what was added goes again after a restart": {
		{asked: "revenue by region and product", rows: "[[South Desk 300] [North Lamp 135] [East Chair 90] [North Chair 75]]"},
		{asked: "restart"},
		{asked: "remove product", rows: "[[South 300] [North 210] [East 90]]"},
		{asked: "only the north", rows: "[[North 210]]"},
		{asked: "also the east", rows: "[[North 210] [East 90]]"},
		{asked: "restart"},
		{asked: "South instead of North", rows: "[[South 300] [East 90]]"},
		{asked: "without East", rows: "[[South 300]]"},
		{asked: "everything", rows: "[[South 300] [North 210] [East 90]]"},
		{asked: "in 2025", rows: "[[South 180] [North 120] [East 90]]"},
		{asked: "compare with 2024", rows: "[[South 180 120 60 0.5] [North 120 90 30 0.3333333333333333] [East 90 <nil> <nil> <nil>]]"},
	},
	"counted and listed after a restart": {
		{asked: "customers with more than 1 order", rows: "[[Ann 3] [Bob 2]]"},
		{asked: "restart"},
		{asked: "how many are there?", rows: "[[2]]"},
		{asked: "undo", rows: "[[Ann 3] [Bob 2]]"},
		{asked: "total revenue of those", rows: "[[360]]"},
	},
}

// Conversations go on as people mean it, also after a restart.
func TestThreads(t *testing.T) {
	everywhereKept(t, func(t *testing.T, open func(*testing.T) *house) {
		for name, thread := range threads {
			t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) { goesOn(t, open, thread) })
		}
	})
}

// goesOn asks what a conversation says, one after another.
func goesOn(t *testing.T, open func(*testing.T) *house, thread []said) {
	h := open(t)
	session, conversation := h.up(t, "sales.csv", shopLines).SessionID, ""
	for _, s := range thread {
		if s.asked == "restart" {
			h.close(t)
			h = open(t)
			continue
		}
		a, err := h.Ask(t.Context(), client.Question{SessionID: session, ConversationID: conversation, Query: s.asked, Now: "2025-06-18"})
		if err != nil {
			t.Fatalf("%s: %v", s.asked, err)
		}
		conversation = a.ConversationID
		rows := ""
		if a.Result != nil {
			rows = fmt.Sprint(a.Result.Rows)
		}
		if a.Status != "answered" || rows != s.rows || !strings.Contains(a.Explanation, s.words) {
			t.Errorf("%s: %s %s\n%s\n got %s\nwant %s", s.asked, a.Status, a.Explanation, a.SQL, rows, s.rows)
		}
	}
}
