package acceptance

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// shape says how the made tables of one world differ from those of the others.
type shape struct {
	name      string
	seed      uint64
	lines     int     // order lines of sales
	perOrder  int     // most lines of one order
	customers int     // a multiple of ten, so that a tenth of them is a number
	nulls     float64 // share of lines without rating
	noStatus  float64 // share of lines without status
	zero      float64 // share of lines with a revenue of zero
	price     float64 // factor on prices
	cost      float64 // part of the list price that a line costs, on average
	office    float64 // the same for the category Office
	growth    float64 // how much more is sold at the end than at the beginning
	april     float64 // how much is sold in April 2025, 1 being usual
	june      float64 // the same for June 2025
	free      bool    // Retail and one product have no revenue at all
}

// shapes are the base and the perturbed worlds.
var shapes = []shape{
	{name: "base", seed: 1, lines: 20000, perOrder: 4, customers: 150, nulls: .3, noStatus: .02, zero: .01, price: 2, cost: .62, office: .7, growth: .4, april: .6, june: 1},
	{name: "many lines", seed: 2, lines: 7000, perOrder: 9, customers: 100, nulls: .2, noStatus: .05, zero: .02, price: 3, cost: .55, office: .6, growth: -.3, april: .8, june: 2},
	{name: "sparse", seed: 3, lines: 5000, perOrder: 3, customers: 80, nulls: .85, noStatus: .3, zero: .03, price: 4, cost: .6, office: .75, growth: .8, april: 1.6, june: .4},
	{name: "losses", seed: 4, lines: 6000, perOrder: 4, customers: 120, nulls: .4, noStatus: .04, zero: .05, price: 3, cost: .8, office: 1.2, growth: 0, april: .5, june: 1},
	{name: "free", seed: 5, lines: 6000, perOrder: 5, customers: 90, nulls: .5, noStatus: .03, zero: .25, price: 4, cost: .5, office: .55, growth: .2, april: .7, june: 1.5, free: true},
	{name: "shrinking", seed: 6, lines: 6000, perOrder: 3, customers: 110, nulls: .1, noStatus: .01, zero: .01, price: 3.5, cost: .7, office: .65, growth: -.7, april: .9, june: .6},
}

var (
	firstDay = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2025, 6, 15, 0, 0, 0, 0, time.UTC)
	spike    = time.Date(2025, 2, 12, 0, 0, 0, 0, time.UTC) // a day that sells far more than any other
	quiet    = time.Date(2024, 8, 1, 0, 0, 0, 0, time.UTC)  // the month in which Brazil buys nothing
)

type place struct{ country, city string }

var places = []place{
	{"United States", "Washington"}, {"United States", "Chicago"}, {"United States", "Denver"}, {"Germany", "Berlin"}, {"Germany", "Hamburg"},
	{"France", "Paris"}, {"France", "Lyon"}, {"Spain", "Madrid"}, {"Spain", "Seville"}, {"Brazil", "Recife"}, {"Brazil", "Manaus"},
	{"United Kingdom", "London"}, {"Italy", "Rome"}, {"Canada", "Toronto"},
}

type product struct {
	name, category string
	price          float64
}

var products = []product{
	{"Standing Desk", "Furniture", 540}, {"Corner Desk", "Furniture", 310}, {"Desk Lamp", "Furniture", 38}, {"Swivel Chair", "Furniture", 180},
	{"Lounge Chair", "Furniture", 420}, {"Bookcase", "Furniture", 150}, {"Filing Cabinet", "Furniture", 210}, {"Coat Stand", "Furniture", 55},
	{"Meeting Table", "Furniture", 690}, {"Footrest", "Furniture", 29}, {"Paper Ream", "Office", 6}, {"Gel Pens", "Office", 0.4},
	{"Desk Organizer", "Office", 22}, {"Stapler", "Office", 12}, {"Whiteboard", "Office", 85}, {"Label Maker", "Office", 49.99},
	{"Shredder", "Office", 130}, {"Binder Set", "Office", 18}, {"Envelope Box", "Office", 9}, {"Paper Trimmer", "Office", 64},
	{"Laptop Pro", "Technology", 1250}, {"Tablet Mini", "Technology", 430}, {"Monitor Wide", "Technology", 380}, {"Keyboard Plus", "Technology", 75},
	{"Headset Air", "Technology", 120}, {"Webcam Clear", "Technology", 95}, {"Dock Station", "Technology", 160}, {"Router Mesh", "Technology", 210},
	{"Phone Max", "Technology", 820}, {"Mouse Lite", "Technology", 25},
}

var (
	planted  = []string{"Globex", "Acme Corp", "Initech", "Washington Ltd", "Hooli", "Soylent", "Vandelay"}
	stems    = []string{"Alder", "Birch", "Cobalt", "Ember", "Falcon", "Garnet", "Harbor", "Indigo", "Juniper", "Keystone", "Lumen", "Meridian", "Nimbus"}
	trades   = []string{"Foods", "Logistics", "Motors", "Textiles", "Labs", "Bakery", "Pharma", "Studios", "Mining", "Energy", "Brewing", "Hotels"}
	reps     = []string{"Jane Doe", "Adam West", "Maria Lopez", "Tom Smith", "Priya Nair", "Lena Vogel", "Omar Haddad", "Chen Wei", "Nora Olsen", "Ivan Petrov", "Sara Costa", "Hugo Blanc", "Mia Rossi", "Paul Kern", "Ines Duarte", "Karl Braun", "Yuki Tanaka", "Rosa Weiss"}
	regions  = []string{"North", "South", "East", "West"}
	segments = []string{"Consumer", "SMB", "Enterprise"}
	rates    = []float64{0, 0, 0, 0, .03, .05, .1, .15, .2, .25, .3, .4, .5}
)

// company gives distinct names; the first ones are planted.
func company(i int) string {
	if i < len(planted) {
		return planted[i]
	}
	i -= len(planted)
	return stems[i%len(stems)] + " " + trades[i/len(stems)%len(trades)]
}

type buyer struct {
	name, segment, region string
	place
}

type maker struct {
	shape
	r      *rand.Rand
	buyers []buyer
}

func newMaker(s shape) *maker {
	m := &maker{shape: s, r: rand.New(rand.NewPCG(s.seed, 77))}
	for i := range s.customers {
		b := buyer{name: company(i), segment: segments[m.r.IntN(3)], region: regions[m.skewed(4)], place: places[i%len(places)]}
		m.buyers = append(m.buyers, b)
	}
	m.buyers[3].place = places[3] // Washington Ltd is not in Washington
	return m
}

// skewed picks one of n, the first ones more often.
func (m *maker) skewed(n int) int {
	return int(float64(n) * math.Pow(m.r.Float64(), 1.7))
}

func pick[T any](m *maker, list []T) T { return list[m.r.IntN(len(list))] }

// day picks a day of an order by season, growth and weekday.
func (m *maker) day() time.Time {
	span := lastDay.Sub(firstDay).Hours() / 24
	for {
		n := m.r.IntN(int(span) + 1)
		d := firstDay.AddDate(0, 0, n)
		w := 1 + m.growth*float64(n)/span + .25*math.Sin(float64(d.YearDay())/58)
		if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			w *= .55
		}
		if d.Year() == 2025 && d.Month() == time.April {
			w *= m.april
		}
		if d.Year() == 2025 && d.Month() == time.June {
			w *= m.june
		}
		if m.r.Float64()*3 < w {
			return d
		}
	}
}

// head is what the lines of an order share.
type head struct {
	day      time.Time
	shipped  string
	buyer    buyer
	channel  string
	rep      string
	firstOne bool
}

func (m *maker) heads() []head {
	days := []time.Time{firstDay, lastDay, spike, spike, spike, spike, spike, spike}
	for range m.lines * 2 / (m.perOrder + 1) {
		days = append(days, m.day())
	}
	sortDays(days)
	seen := map[string]bool{}
	list := make([]head, len(days))
	for i, d := range days {
		h := head{day: d, buyer: m.buyer(d), rep: m.rep()}
		if i < len(m.buyers) {
			h.buyer = m.buyers[i] // everybody buys at least once
		}
		for h.buyer.country == "Brazil" && d.Year() == quiet.Year() && d.Month() == quiet.Month() {
			h.buyer = pick(m, m.buyers)
		}
		h.channel = []string{"Online", "Online", "Retail", "Retail", "Online", "Partner"}[m.r.IntN(6)]
		if s := d.AddDate(0, 0, 1+m.skewed(9)); !s.After(lastDay) && m.r.IntN(25) > 0 {
			h.shipped = s.Format(time.DateOnly)
		}
		h.firstOne = !seen[h.buyer.name] || m.r.IntN(30) == 0
		seen[h.buyer.name] = true
		list[i] = h
	}
	return list
}

// buyer picks who orders: Acme more than its place in the list, the North less
// since 2025 began.
func (m *maker) buyer(d time.Time) buyer {
	if m.r.IntN(15) == 0 {
		return m.buyers[1]
	}
	b := m.buyers[m.skewed(len(m.buyers))]
	for b.region == "North" && d.Year() == 2025 && m.r.Float64() < .8 {
		b = m.buyers[m.skewed(len(m.buyers))]
	}
	return b
}

// rep picks who sells: two of them seldom do.
func (m *maker) rep() string {
	i := m.skewed(len(reps))
	if i >= len(reps)-2 && m.r.Float64() < .75 {
		i = m.skewed(len(reps) - 2)
	}
	return reps[i]
}

func sortDays(days []time.Time) {
	count := map[time.Time]int{}
	for _, d := range days {
		count[d]++
	}
	days = days[:0]
	for d := firstDay; !d.After(lastDay); d = d.AddDate(0, 0, 1) {
		for range count[d] {
			days = append(days, d)
		}
	}
}

var salesColumns = []string{"order_id", "order_date", "ship_date", "customer", "segment", "country", "region", "city", "product", "category", "channel",
	"sales_rep", "quantity", "unit_price", "discount", "revenue", "cost", "profit", "status", "rating", "first_order"}

// sales makes the order lines, in the order of their dates.
func (m *maker) sales() [][]string {
	rows := [][]string{salesColumns}
	for i, h := range m.heads() {
		for range 1 + m.r.IntN(m.perOrder) {
			rows = append(rows, m.line(i+1, h))
		}
	}
	return rows
}

func (m *maker) line(order int, h head) []string {
	p := products[m.skewed(len(products))]
	if m.r.IntN(3) > 0 {
		p = pick(m, products)
	}
	quantity := 1 + m.skewed(12)
	if h.day.Equal(spike) {
		quantity *= 20
	}
	price := cents(p.price * m.price * (.95 + .1*m.r.Float64()))
	discount := pick(m, rates)
	list := float64(quantity) * price
	revenue := cents(list * (1 - discount))
	if m.r.Float64() < m.zero || m.free && (h.channel == "Retail" || p.name == "Bookcase") {
		revenue = 0
	}
	part := m.cost
	if p.category == "Office" {
		part = m.office
	}
	cost := cents(list * part * (.8 + .4*m.r.Float64()))
	rating := ""
	if m.r.Float64() >= m.nulls {
		rating = fmt.Sprint(5 - m.skewed(5))
	}
	return []string{
		fmt.Sprint(order), h.day.Format(time.DateOnly), h.shipped, h.buyer.name, h.buyer.segment, h.buyer.country, h.buyer.region, h.buyer.city,
		p.name, p.category, h.channel, h.rep, fmt.Sprint(quantity), money(price), fmt.Sprint(discount), money(revenue), money(cost), money(revenue - cost),
		m.status(), rating, fmt.Sprint(h.firstOne),
	}
}

func (m *maker) status() string {
	if m.r.Float64() < m.noStatus {
		return ""
	}
	switch n := m.r.IntN(100); {
	case n < 9:
		return "Returned"
	case n < 15:
		return "Cancelled"
	case n < 20:
		return "Pending"
	}
	return "Completed"
}

func cents(x float64) float64 { return math.Round(x*100) / 100 }

func money(x float64) string { return fmt.Sprintf("%.2f", x) }

var (
	industries = []string{"Healthcare", "Finance", "Retailing", "Education", "Transport"}
	managers   = []string{"Grace Hall", "Victor Stone", "Elena Marsh", "Sam Porter", "Dana Reed", "Felix Moor", "Tara Quinn", "Noel Banks"}
)

// people makes the customers of the second pair of tables, with the days on
// which they signed up.
func (m *maker) people() (rows [][]string, signups []time.Time) {
	rows = [][]string{{"customer_id", "name", "segment", "industry", "country", "signup_date", "account_manager", "credit_limit", "active"}}
	for i := range 2 * m.customers {
		d := firstDay.AddDate(-1, 0, m.r.IntN(1000))
		credit := fmt.Sprint(1000 * (1 + m.skewed(60)))
		if m.r.Float64() < m.nulls/3 {
			credit = ""
		}
		name := company(i)
		if i >= m.customers {
			name = company(i-m.customers) + " Group"
		}
		rows = append(rows, []string{fmt.Sprint(1001 + i), name, segments[m.skewed(3)], pick(m, industries), places[i%len(places)].country,
			d.Format(time.DateOnly), pick(m, managers), credit, fmt.Sprint(m.r.IntN(4) > 0)})
		signups = append(signups, d)
	}
	return rows, signups
}

// orders makes the orders of the customers: every eleventh has none, some have
// none of late, the first ones have many.
func (m *maker) orders(signups []time.Time) [][]string {
	rows := [][]string{{"order_id", "customer_id", "order_date", "status", "channel", "amount", "shipping_fee"}}
	for n := 0; n < m.lines/4; {
		i, d := m.skewed(len(signups)), m.day()
		if i%11 == 5 || d.Before(signups[i]) || i%5 == 3 && d.Year() == 2025 {
			continue
		}
		n++
		rows = append(rows, []string{fmt.Sprint(50000 + n), fmt.Sprint(1001 + i), d.Format(time.DateOnly), m.status(),
			[]string{"Online", "Retail", "Partner"}[m.skewed(3)], money(20 + 3000*math.Pow(m.r.Float64(), 3)*m.price), money(float64(m.r.IntN(40)))})
	}
	return rows
}

func writeCSV(t testing.TB, dir, name string, rows [][]string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
