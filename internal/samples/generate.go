package samples

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// product is something the shop sells. Season weighs the months of the year,
// January first.
type product struct {
	name, category string
	price          float64 // in 2023; prices rise by 3 % a year
	margin         float64 // what cost leaves of the price
	weight         int     // how often it sells
}

var products = []product{
	{"Cast Iron Pan", "Kitchen", 49.90, 0.42, 8}, {"Chef Knife", "Kitchen", 79.00, 0.48, 6}, {"Espresso Maker", "Kitchen", 189.00, 0.31, 4},
	{"Glass Jar Set", "Kitchen", 24.50, 0.55, 9}, {"Stand Mixer", "Kitchen", 329.00, 0.27, 2},
	{"Garden Bench", "Garden", 219.00, 0.35, 3}, {"Plant Pot", "Garden", 18.90, 0.61, 12}, {"Parasol", "Garden", 129.00, 0.38, 4},
	{"Watering Can", "Garden", 22.90, 0.57, 7}, {"Fire Bowl", "Garden", 159.00, 0.33, 3},
	{"Floor Lamp", "Lighting", 139.00, 0.44, 5}, {"Desk Lamp", "Lighting", 59.90, 0.46, 8}, {"String Lights", "Lighting", 29.90, 0.62, 9},
	{"Pendant Light", "Lighting", 99.00, 0.41, 4},
	{"Wool Blanket", "Textiles", 89.00, 0.45, 6}, {"Linen Bedding", "Textiles", 119.00, 0.39, 5}, {"Cushion Cover", "Textiles", 19.90, 0.64, 10},
	{"Bath Towel Set", "Textiles", 44.90, 0.52, 8},
}

// season says how much more or less of a category sells in each month.
var season = map[string][12]float64{
	"Kitchen":  {0.8, 0.8, 0.9, 0.9, 1.0, 0.9, 0.8, 0.8, 1.0, 1.1, 1.6, 1.9},
	"Garden":   {0.2, 0.4, 1.1, 1.8, 2.2, 2.0, 1.6, 1.1, 0.7, 0.4, 0.2, 0.2},
	"Lighting": {1.1, 0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.8, 1.1, 1.4, 1.9, 1.9},
	"Textiles": {1.2, 1.1, 0.9, 0.8, 0.8, 0.7, 0.7, 0.8, 1.1, 1.3, 1.5, 1.5},
}

var regions = map[string]string{
	"Germany": "West", "France": "West", "Netherlands": "West", "Sweden": "North", "Denmark": "North", "Norway": "North",
	"Italy": "South", "Spain": "South", "Poland": "East", "Austria": "East",
}

// choice is something with a weight.
type choice struct {
	value  string
	weight int
}

var (
	countries = []choice{{"Germany", 24}, {"France", 15}, {"Netherlands", 9}, {"Sweden", 9}, {"Denmark", 7}, {"Norway", 6},
		{"Italy", 12}, {"Spain", 11}, {"Poland", 9}, {"Austria", 6}}
	segments   = []choice{{"Small Business", 55}, {"Mid-Market", 30}, {"Enterprise", 15}}
	industries = []choice{{"Hospitality", 28}, {"Interior Design", 24}, {"Retail", 20}, {"Real Estate", 14}, {"Healthcare", 8}, {"Education", 6}}
	channels   = []choice{{"Online", 58}, {"Store", 27}, {"Partner", 15}}
	discounts  = []choice{{"0", 60}, {"0.05", 16}, {"0.1", 14}, {"0.2", 6}, {"", 4}}
	first      = strings.Fields("Aurora Birch Cobalt Dune Ember Fjord Granite Harbor Indigo Juniper Kestrel Linden Maple Nordlys Opal Pine Quartz Rowan Saffron Tidal Umber Vale Willow Zephyr")
	second     = strings.Fields("Interiors Hotels Living Studio Trading")
)

// customer is a row of customers.csv.
type customer struct {
	id, name, segment, industry, country string
	signup                               time.Time
	weight                               int
}

func pick(r *rand.Rand, list []choice) string {
	total := 0
	for _, c := range list {
		total += c.weight
	}
	n := r.IntN(total)
	for _, c := range list {
		if n -= c.weight; n < 0 {
			return c.value
		}
	}
	return ""
}

func generateCustomers(r *rand.Rand) []customer {
	var list []customer
	for i := range len(first) * len(second) {
		c := customer{
			id: fmt.Sprintf("C%04d", 1001+i), name: first[i%len(first)] + " " + second[i/len(first)],
			segment: pick(r, segments), industry: pick(r, industries), country: pick(r, countries),
			signup: time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(1250)),
			weight: 1 + r.IntN(4),
		}
		switch c.segment {
		case "Enterprise":
			c.weight *= 4
		case "Mid-Market":
			c.weight *= 2
		}
		list = append(list, c)
	}
	return list
}

func customersCSV(list []customer) []byte {
	var b strings.Builder
	b.WriteString("customer_id,name,segment,industry,country,signup_date\n")
	for i, c := range list {
		industry := c.industry
		if i%17 == 11 {
			industry = "" // not everybody tells
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s\n", c.id, c.name, c.segment, industry, c.country, c.signup.Format(time.DateOnly))
	}
	return []byte(b.String())
}

// The shop's days that the file covers.
var (
	firstDay = time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2025, 10, 31, 0, 0, 0, 0, time.UTC)
)

// buyer picks a customer who has signed up by then. Buyers in the West stay
// away more and more from spring 2025 on; those in the South become more.
func buyer(r *rand.Rand, list []customer, day time.Time) *customer {
	years := day.Sub(firstDay).Hours() / 24 / 365
	for {
		c := &list[r.IntN(len(list))]
		weight := float64(c.weight)
		switch regions[c.country] {
		case "South":
			weight *= 1 + 0.35*years
		case "West":
			if day.After(time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)) {
				weight *= 0.45
			}
		}
		if !c.signup.After(day) && r.Float64()*36 < weight {
			return c
		}
	}
}

func buy(r *rand.Rand, day time.Time) product {
	for {
		p := products[r.IntN(len(products))]
		if r.Float64()*12*2.2 < float64(p.weight)*season[p.category][day.Month()-1] {
			return p
		}
	}
}

func ordersCSV(r *rand.Rand, list []customer) []byte {
	var b strings.Builder
	b.WriteString("order_id,order_date,ship_date,customer_id,customer,region,country,category,product,channel,quantity,unit_price,discount,revenue,cost,status\n")
	order := 10_000
	for day := firstDay; !day.After(lastDay); day = day.AddDate(0, 0, 1) {
		for range ordersOn(r, day) {
			order++
			writeOrder(&b, r, order, day, buyer(r, list, day))
		}
	}
	return []byte(b.String())
}

// ordersOn says how many orders a day has: growing, fewer on Sundays, more
// before Christmas.
func ordersOn(r *rand.Rand, day time.Time) int {
	rate := 0.60 * math.Pow(1.18, day.Sub(firstDay).Hours()/24/365)
	switch {
	case day.Weekday() == time.Sunday:
		rate *= 0.4
	case day.Month() >= time.November:
		rate *= 1.5
	}
	n := 0
	for rate > 0 {
		if r.Float64() < min(rate, 1)*0.95 {
			n++
		}
		rate--
	}
	return n
}

func writeOrder(b *strings.Builder, r *rand.Rand, order int, day time.Time, c *customer) {
	status := statusOf(r, day)
	shipped := day.AddDate(0, 0, 1+r.IntN(6)).Format(time.DateOnly)
	if status == "Processing" || status == "Cancelled" {
		shipped = ""
	}
	if r.IntN(50) == 0 {
		status = "" // lost on the way from the old system
	}
	channel := pick(r, channels)
	for range 1 + r.IntN(3) {
		p := buy(r, day)
		quantity := 1 + r.IntN(4) + r.IntN(2)*c.weight/2
		price := math.Round(p.price*math.Pow(1.03, float64(day.Year()-2023))*10) / 10
		discount := pick(r, discounts)
		var off float64
		fmt.Sscan(discount, &off)
		revenue := float64(quantity) * price * (1 - off)
		cost := float64(quantity) * p.price * (1 - p.margin)
		fmt.Fprintf(b, "SO-%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%d,%.2f,%s,%.2f,%.2f,%s\n", order, day.Format(time.DateOnly), shipped,
			c.id, c.name, regions[c.country], c.country, p.category, p.name, channel, quantity, price, discount, revenue, cost, status)
	}
}

func statusOf(r *rand.Rand, day time.Time) string {
	switch n := r.IntN(100); {
	case day.After(lastDay.AddDate(0, 0, -5)):
		return "Processing"
	case day.After(lastDay.AddDate(0, 0, -10)):
		return "Shipped"
	case n < 4:
		return "Cancelled"
	case n < 10:
		return "Returned"
	}
	return "Delivered"
}
