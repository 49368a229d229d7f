package ingest

import (
	"fmt"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

var (
	idWords   = wordSet("id", "ids", "uuid", "guid", "key", "code", "nr", "no", "number", "num", "sku", "isbn", "ean", "upc", "iban", "zip", "zipcode", "postcode", "postal", "plz", "phone", "telephone", "tel", "mobile", "fax", "ssn", "vin", "pk", "fk", "index", "rownum", "serial")
	rateWords = wordSet("rate", "ratio", "pct", "percent", "percentage", "%", "share", "margin", "discount", "score", "rating", "ratings", "index", "avg", "average", "mean", "median", "probability", "prob", "temperature", "temp", "age", "gpa", "grade", "bmi", "density", "speed", "mpg", "humidity", "pressure", "depth", "elevation", "altitude", "rank", "efficiency", "utilization", "utilisation", "satisfaction", "level", "expectancy",
		"length", "width", "height", "weight", "mass", "distance", "radius", "diameter", "horsepower", "displacement", "acceleration", "velocity", "thickness", "wind", "iq")
	priceWords = wordSet("price", "prices", "preis", "precio", "prix", "msrp", "fare", "rent", "wage", "salary", "close", "open", "high", "low")
	geoWords   = wordSet("country", "countries", "state", "province", "city", "town", "region", "county", "continent", "location", "place", "address", "street", "land", "stadt", "pais", "ville", "district", "territory", "nation", "municipality", "borough", "latitude", "longitude", "lat", "lon", "lng", "geo")
	urlWords   = wordSet("url", "link", "website", "homepage", "uri", "href")
	textWords  = wordSet("comment", "comments", "note", "notes", "description", "desc", "remark", "remarks", "text", "review", "message", "feedback", "summary", "body", "abstract", "bemerkung")
	yearWords  = wordSet("year", "yr", "jahr", "año", "annee", "month", "quarter", "week", "weekday", "day", "hour", "monat")
	// A name that ends so points to something else: shipped via, reports to, created by.
	pointerWords = wordSet("via", "by", "to", "from")
	countWords   = wordSet("quantity", "qty", "count", "counts", "units", "items", "population", "votes", "visits", "views", "clicks", "orders", "passengers", "number", "num", "stock", "seats", "deaths", "cases", "births", "goals", "points", "hours", "minutes", "seconds", "days")
)

// assignRole gives a column its role, the reason in words, and a unit that the
// name makes plain. The rules are asked in order; the first that fits decides.
func assignRole(c *catalog.Column, rows int64) {
	if c.Unit == "" {
		c.Unit = unitOf(c)
	}
	for _, rule := range roleRules {
		if role, why := rule(c, rows); role != "" {
			c.Role, c.Reason = role, why
			return
		}
	}
	c.Role, c.Reason = catalog.Dimension, "few different values"
}

// roleRules in the order in which they are asked.
var roleRules = []func(c *catalog.Column, rows int64) (catalog.Role, string){
	roleByType, roleOfNumber, roleOfText,
}

func roleByType(c *catalog.Column, _ int64) (catalog.Role, string) {
	switch {
	case c.Type.Temporal():
		return catalog.Time, "its values are dates"
	case c.Type == table.Time:
		return catalog.Dimension, "its values are times of day"
	case c.Type == table.Boolean:
		return catalog.Flag, "its values are yes or no"
	}
	return "", ""
}

func roleOfNumber(c *catalog.Column, rows int64) (catalog.Role, string) {
	if !c.Type.Numeric() {
		return "", ""
	}
	last := lastWord(c.Name)
	switch {
	case c.Unit == "%":
		return catalog.Rate, "its values are percentages"
	case isYearColumn(c):
		return catalog.Dimension, "its values are years or parts of the calendar"
	case c.Type == table.Integer && idLike(c, rows, last):
		return catalog.ID, "its name and values name things"
	case hasWord(c.Name, geoWords) != "" && c.Type == table.Float:
		return catalog.Geo, "its name speaks of a place"
	case hasWord(c.Name, rateWords) != "":
		return catalog.Rate, fmt.Sprintf("%q is averaged, not summed", hasWord(c.Name, rateWords))
	case hasWord(c.Name, priceWords) != "" || strings.Contains(strings.ToLower(c.Name), "unit_cost"):
		return catalog.Price, fmt.Sprintf("%q is money per piece", hasWord(c.Name, priceWords))
	case fractionLike(c):
		return catalog.Rate, "its values lie between 0 and 1"
	case c.Type == table.Integer && codeLike(c, rows):
		return catalog.Dimension, "a whole number with very few values"
	}
	return catalog.Measure, "an amount"
}

func lastWord(name string) string {
	w := nameWords(name)
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1]
}

func isYearColumn(c *catalog.Column) bool {
	if c.Type != table.Integer || hasWord(c.Name, yearWords) == "" {
		return false
	}
	lo, ok1 := c.Stats.Min.(int64)
	hi, ok2 := c.Stats.Max.(int64)
	return ok1 && ok2 && lo >= 0 && hi <= 2200 && (hasWord(c.Name, wordSet("year", "yr", "jahr", "annee", "año")) == "" || lo >= 1000 || hi <= 99) && (lo >= 1000 || hi <= 366)
}

// idLike reports integers that name things: by the name, or because every row
// has its own and they count up.
func idLike(c *catalog.Column, rows int64, last string) bool {
	if hasWord(c.Name, countWords) != "" && !idWords[last] {
		return false
	}
	if first := strings.ToLower(c.Name); idWords[last] || first == "id" || strings.HasSuffix(first, "id") && len(first) > 4 {
		return !(last == "number" || last == "no" || last == "num" || last == "index") || c.Stats.Distinct*10 > rows*9 || rows == 0
	}
	if pointerWords[last] && len(nameWords(c.Name)) > 1 && smallWhole(c) {
		return true
	}
	if hasWord(c.Name, wordSet("id", "uuid", "phone", "zip", "postal")) != "" {
		return true
	}
	lo, ok1 := c.Stats.Min.(int64)
	hi, ok2 := c.Stats.Max.(int64)
	return ok1 && ok2 && rows > 20 && c.Stats.Distinct == rows && lo <= 1 && hi-lo == rows-1
}

// smallWhole reports numbers such as rows of another table are counted with:
// from 1 on, without large gaps.
func smallWhole(c *catalog.Column) bool {
	lo, ok1 := c.Stats.Min.(int64)
	hi, ok2 := c.Stats.Max.(int64)
	return ok1 && ok2 && lo >= 1 && hi <= 2*c.Stats.Distinct+lo
}

func fractionLike(c *catalog.Column) bool {
	lo, ok1 := table.Number(c.Stats.Min)
	hi, ok2 := table.Number(c.Stats.Max)
	return c.Type == table.Float && ok1 && ok2 && lo >= 0 && hi <= 1 && !c.Stats.Whole && c.Stats.Distinct > 1
}

// codeLike reports whole numbers such as a class of 1, 2 or 3.
func codeLike(c *catalog.Column, rows int64) bool {
	lo, ok := c.Stats.Min.(int64)
	hi, _ := c.Stats.Max.(int64)
	named := hasWord(c.Name, wordSet("class", "type", "category", "group", "cluster", "grade", "tier", "segment", "pclass")) != ""
	return ok && named && c.Stats.Distinct <= 20 && lo >= 0 && hi <= 100 && rows > 0 && hasWord(c.Name, countWords) == ""
}

func roleOfText(c *catalog.Column, rows int64) (catalog.Role, string) {
	if c.Type != table.String {
		return "", ""
	}
	values := rows - c.Stats.Nulls
	unique := values > 20 && c.Stats.Distinct*100 >= values*95
	switch {
	case hasWord(c.Name, urlWords) != "" || samplesAre(c, isURL):
		return catalog.URL, "its values are addresses of pages"
	case samplesAre(c, isHash):
		return catalog.ID, "its values are keys"
	case idWords[lastWord(c.Name)] && !longText(c):
		return catalog.ID, "its name and values name things"
	case hasWord(c.Name, geoWords) != "" && !longText(c):
		return catalog.Geo, "its name speaks of a place"
	case hasWord(c.Name, textWords) != "" && c.Stats.Distinct > 50, longText(c) && unique:
		return catalog.Text, "its values are free text"
	}
	return catalog.Dimension, "its values are categories"
}

func longText(c *catalog.Column) bool {
	total := 0
	for _, s := range c.Stats.Samples {
		t, _ := s.(string)
		total += len(t)
	}
	return len(c.Stats.Samples) > 0 && total > 50*len(c.Stats.Samples)
}

func samplesAre(c *catalog.Column, is func(string) bool) bool {
	for _, s := range c.Stats.Samples {
		if t, ok := s.(string); !ok || !is(t) {
			return false
		}
	}
	return len(c.Stats.Samples) > 0
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") || strings.HasPrefix(s, "mailto:")
}

// isHash reports uuids and long runs of hexadecimal digits.
func isHash(s string) bool {
	hex, n := 0, 0
	for _, r := range s {
		if r == '-' {
			continue
		}
		n++
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F' {
			hex++
		}
	}
	return n >= 24 && hex == n
}

// unitOf reads a unit off the name: "weight_kg", "Preis (EUR)", "share %".
func unitOf(c *catalog.Column) string {
	if !c.Type.Numeric() {
		return ""
	}
	for _, sign := range currencies[1:4] {
		if strings.Contains(c.Name, sign.sign) {
			return sign.code
		}
	}
	return unitWords[lastWord(c.Name)]
}

// unitWords are units as people write them at the end of a name.
var unitWords = map[string]string{
	"%": "%", "pct": "%", "percent": "%", "percentage": "%", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "jpy": "JPY",
	"kg": "kg", "lbs": "lb", "km": "km", "miles": "miles", "cm": "cm", "mm": "mm", "days": "days", "hours": "hours", "hrs": "hours", "minutes": "minutes",
	"mins": "minutes", "seconds": "seconds", "secs": "seconds", "ms": "ms", "years": "years", "months": "months", "kwh": "kWh", "mb": "MB", "gb": "GB",
}
