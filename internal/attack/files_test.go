//go:build cgo && linux

package attack

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	engine "database/sql"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/klauspost/compress/zstd"
)

// hostile is a file of somebody who means harm. It is refused with the code,
// or read ("200") for what can be made of it.
type hostile struct {
	name    string
	content []byte
	want    string
}

func text(s string) []byte { return []byte(s) }

// packed is gzip.
func packed(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

// zeros is a stream of one byte, packed.
func zeros(n int, c byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	block := bytes.Repeat([]byte{c}, 1<<20)
	for ; n > 0; n -= len(block) {
		_, _ = w.Write(block)
	}
	_ = w.Close()
	return b.Bytes()
}

// part is an entry of an archive.
type part struct {
	name    string
	content []byte
}

func archive(parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err == nil {
			_, _ = f.Write(p.content)
		}
	}
	_ = w.Close()
	return b.Bytes()
}

// entries is an archive of so many small files.
func entries(n int) []byte {
	var parts []part
	for i := range n {
		parts = append(parts, part{fmt.Sprintf("f%d.csv", i), text("a,b\n1,2\n")})
	}
	return archive(parts...)
}

// link is an archive with a symbolic link in it.
func link(name, to string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name}
	h.SetMode(0o777 | 1<<27) // os.ModeSymlink
	f, err := w.CreateHeader(h)
	if err == nil {
		_, _ = f.Write(text(to))
	}
	_ = w.Close()
	return b.Bytes()
}

// liar is an archive whose entry says that it is small and is not.
func liar(content []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content), UncompressedSize64: 10, CompressedSize64: 1 << 20})
	if err == nil {
		_, _ = f.Write(content)
	}
	_ = w.Close()
	return b.Bytes()
}

// zstandard is text packed by zstd.
func zstandard(content []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		return nil
	}
	return w.EncodeAll(content, nil)
}

// half and tail are what is left of a file that did not arrive whole.
func half(content []byte) []byte { return content[:len(content)/2] }
func tail(content []byte) []byte { return append(text("PAR1"), content[len(content)/2:]...) }

const (
	odsType   = "application/vnd.oasis.opendocument.spreadsheet"
	odsSheet  = `<office:document-content xmlns:office="o" xmlns:table="t"><office:body><office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell>&l11;</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`
	odsLocked = `<manifest:manifest xmlns:manifest="m"><manifest:file-entry manifest:full-path="content.xml" manifest:size="100"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`

	contentTypes = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	rootRels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="%s"/></Relationships>`
	book = `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`
	row = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>`
)

func workbook(sheet, target string, more ...part) []byte {
	return archive(append([]part{
		{"[Content_Types].xml", text(contentTypes)}, {"_rels/.rels", text(rootRels)}, {"xl/workbook.xml", text(book)},
		{"xl/_rels/workbook.xml.rels", text(fmt.Sprintf(bookRels, target))}, {"xl/worksheets/sheet1.xml", text(sheet)},
	}, more...)...)
}

func sheet(head, rows string) string {
	return `<?xml version="1.0"?>` + head + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
}

// laughs is an entity that grows tenfold with each of its levels.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE x [<!ENTITY l0 "ha">`)
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return b.String() + "]>"
}

// parquet is a footer of the given length before the given end.
func parquet(footer []byte, length uint32) []byte {
	b := append(text("PAR1"), footer...)
	return append(binary.LittleEndian.AppendUint32(b, length), text("PAR1")...)
}

// writer writes the rows of queries as Parquet, by the engine itself.
func writer(t *testing.T) func(query, options string) []byte {
	t.Helper()
	db, err := engine.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.ExecContext(t.Context(), "SET force_mbedtls_unsafe = 'true'; PRAGMA add_parquet_key('k', '0123456789112345')"); err != nil {
		t.Fatal(err)
	}
	return func(query, options string) []byte {
		file := filepath.Join(t.TempDir(), "t.parquet")
		if _, err := db.ExecContext(t.Context(), "COPY ("+query+") TO '"+file+"' (FORMAT parquet"+options+")"); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
}

func hostiles(t *testing.T, h *house) []hostile {
	return slices.Concat(h.bombs(), h.ways(), h.markup(), h.nests(), h.footers(t), h.texts(), h.names(), h.liars())
}

// bombs unpack without end.
func (*house) bombs() []hostile {
	return []hostile{
		{"bomb.csv.gz", zeros(200<<20, '1'), "413 archive_bomb"},
		{"bomb_line.csv.gz", packed(append(text("a,b\n"), bytes.Repeat([]byte{'x'}, 4<<20)...)), "413 line_too_long"},
		{"bomb.csv.zst", zstandard(append(text("a\n"), bytes.Repeat(text("1\n"), 50<<20)...)), "413 archive_bomb"},
		{"cut.csv.zst", zstandard(noise(20_000))[:3000], "422 archive_damaged"},
		{"bomb.gz.gz", packed(zeros(100<<20, 0)), "413 archive_bomb"},
		{"bomb.zip", archive(part{"a.csv", bytes.Repeat([]byte("1"), 100<<20)}), "422 archive_bomb"},
		{"nested.zip", archive(part{"b.zip", archive(part{"c.zip", archive(part{"d.csv", text("a\n1\n")})})}), "422 archive_nested"},
		{"many.zip", entries(6000), "422 archive_bomb"},
		{"liar.zip", liar(zeros(1<<20, '1')), "422 file_damaged"},
		{"empty.zip", archive(), "422 archive_without_tables"},
		{"cut.zip", archive(part{"a.csv", text(repeat("a,b\n", 1000))})[:80], "422 file_damaged"},
		{"cut.csv.gz", packed(text(repeat("a,b\n1,2\n", 10000)))[:40], "422 archive_damaged"},
		{"noise.csv.gz", append([]byte{0x1f, 0x8b, 8, 0}, bytes.Repeat([]byte{0xff}, 1000)...), "422 archive_damaged"},
	}
}

// ways lead out of an archive.
func (h *house) ways() []hostile {
	return []hostile{
		{"slip.zip", archive(part{"../../../canary.csv", text("a,b\n1,2\n")}), "200"},
		{"absolute.zip", archive(part{"/tmp/canary.csv", text("a,b\n1,2\n")}), "200"},
		{"backslash.zip", archive(part{`..\..\canary.csv`, text("a,b\n1,2\n")}), "422 archive_without_tables"},
		{"link.zip", link("a.csv", "/etc/passwd"), "200"},
		{"twice.zip", archive(part{"a.csv", text("a\n1\n")}, part{"a.csv", text("a\n2\n")}), "200"},
	}
}

// markup is what office files are made of.
func (h *house) markup() []hostile {
	return []hostile{
		{"laughs.xlsx", workbook(sheet(laughs(), `<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>`), "worksheets/sheet1.xml"), "422 xml_unsafe"},
		{"entity.xlsx", workbook(sheet(`<!DOCTYPE x [<!ENTITY e SYSTEM "file://`+h.canary()+`">]>`, `<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>`), "worksheets/sheet1.xml"), "422 xml_unsafe"},
		{"outside.xlsx", workbook(sheet("", row), "file://"+h.canary()), "422 file_damaged"},
		{"above.xlsx", workbook(sheet("", row), "../../../../etc/passwd"), "422 file_damaged"},
		{"laughs.ods", archive(part{"mimetype", text(odsType)}, part{"content.xml", text(laughs() + odsSheet)}), "422 xml_unsafe"},
		{"cut.xlsx", half(workbook(sheet("", noiseRows(5000)), "worksheets/sheet1.xml")), "422 file_damaged"},
		{"locked.ods", archive(part{"mimetype", text(odsType)}, part{"META-INF/manifest.xml", text(odsLocked)}, part{"content.xml", noise(100)}), "422 file_encrypted"},
		{"deep.xlsx", workbook(sheet("", repeat("<row>", 50000)), "worksheets/sheet1.xml"), "422 xml_unsafe"},
		{"far.xlsx", workbook(sheet("", `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`), "worksheets/sheet1.xml"), "200"},
		{"further.xlsx", workbook(sheet("", `<row r="99999999999"><c r="ZZZZZZ9"><v>1</v></c></row>`), "worksheets/sheet1.xml"), "422 file_damaged"},
		{"wrongs.xlsx", workbook(sheet("", `<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>`), "worksheets/sheet1.xml"), "422 file_damaged"},
		{"blown.xlsx", workbook(sheet("", repeat(" ", 80<<20)), "worksheets/sheet1.xml"), "422 xml_unsafe"},
		{"bare.xlsx", archive(part{"[Content_Types].xml", text(contentTypes)}), "422 file_damaged"},
		{"noise.xlsx", append(text("PK\x03\x04"), bytes.Repeat([]byte{7}, 5000)...), "422 file_damaged"},
		{"noise.xls", append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, bytes.Repeat([]byte{1}, 5000)...), "422 file_damaged"},
		{"loop.xls", append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 4096)...), "422 file_damaged"},
		{"repeat.ods", archive(part{"mimetype", text(odsType)}, part{"content.xml", text(`<office:document-content xmlns:office="o" xmlns:table="t"><office:body><office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="1000000000" office:value-type="float" office:value="1"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`)}), "422 file_damaged"},
	}
}

// nests are values inside values.
func (*house) nests() []hostile {
	return []hostile{
		{"deep.json", text(repeat("[", 100_000) + repeat("]", 100_000)), "413 json_too_deep"},
		{"deeper.json", text(repeat(`{"a":`, 50_000) + "1" + repeat("}", 50_000)), "413 json_too_deep"},
		{"open.json", text(repeat("[", 200_000)), "413 json_too_deep"},
		{"keys.json", text("[{" + keys(6000) + "}]"), "413 too_many_columns"},
		{"same.json", text(`[{` + repeat(`"a":1,`, 10_000) + `"a":2}]`), "200"},
		{"number.json", text(`[{"a":1` + repeat("0", 100_000) + `}]`), "200"},
		{"escape.json", text(`[{"a":"` + repeat(`\ud800`, 1000) + `"}]`), "200"},
		{"deep.ndjson", text(`{"a":1}` + "\n" + `{"a":` + repeat("[", 100_000) + repeat("]", 100_000) + "}\n"), "413 json_too_deep"},
	}
}

// footers are Parquet that says more than it holds.
func (h *house) footers(t *testing.T) []hostile {
	written := writer(t)
	return []hostile{
		{"length.parquet", parquet(nil, 0xffffffff), "422 parquet_damaged"},
		{"cut.parquet", half(written("SELECT range AS id FROM range(10000)", "")), "422 parquet_damaged"},
		{"tail.parquet", tail(written("SELECT range AS id FROM range(10000)", "")), "422 parquet_damaged"},
		{"locked.parquet", written("SELECT range AS id FROM range(100)", ", ENCRYPTION_CONFIG {footer_key: 'k'}"), "422 file_encrypted"},
		{"bomb.parquet", written("SELECT repeat('x', 1000000) AS a FROM range(2000)", ""), "413 import_memory_exceeded"},
		{"minus.parquet", parquet(bytes.Repeat([]byte{0xff}, 64), 64), "422 parquet_damaged"},
		{"zero.parquet", parquet(make([]byte, 64), 64), "422 parquet_damaged"},
		{"nest.parquet", parquet(bytes.Repeat([]byte{0x1c}, 4000), 4000), "422 parquet_damaged"},
		{"list.parquet", parquet(append([]byte{0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f}, make([]byte, 50)...), 57), "422 parquet_damaged"},
		{"short.parquet", text("PAR1PAR1"), "422 parquet_damaged"},
	}
}

// texts are hard on readers of text.
func (*house) texts() []hostile {
	return []hostile{
		{"empty.csv", nil, "422 file_empty"},
		{"line.csv", text("a,b\n" + repeat("x", 3<<20)), "413 line_too_long"},
		{"quote.csv", text("a,b\n\"" + repeat("x\n", 1<<20)), "200"},
		{"columns.csv", text(repeat("a,", 5000) + "b\n"), "413 too_many_columns"},
		{"hundred_thousand.csv", text(repeat("a,", 100_000) + "b\n" + repeat("1,", 100_000) + "2\n"), "413 too_many_columns"},
		{"nul.csv", text("a,b\n" + repeat("first,second\n", 100) + "x\x00y,2\n"), "200"},
		{"commas.csv", text("a,b\n" + repeat(",", 500_000) + "\n"), "200"},
		{"zeros.csv", make([]byte, 1<<20), "422 format_unsupported"},
		{"elf.csv", append(text("\x7fELF\x02\x01\x01"), make([]byte, 500)...), "422 format_unsupported"},
		{"half.csv", []byte{0xff, 0xfe, 'a'}, "200"},
		{"orphan.csv", []byte("a\n\xff\xfe\xfd\xc0\xaf\n"), "200"},
		{"formula.csv", text("a,b\n=cmd|' /C calc'!A0,1\n@SUM(1),2\n"), "200"},
		{"sql.csv", text("\"a\"\"; DROP TABLE x; --\",b\n1,2\n"), "200"},
		{"functions.csv", text("getenv('CANARY'),read_text('/etc/passwd')\n1,2\n"), "200"},
		{"script.csv", text("<script>alert(1)</script>,b\n<img src=x onerror=alert(1)>,2\n"), "200"},
		{"numbers.csv", text("a\n1e400\n-1e400\n99999999999999999999999999999999999999999\n0x7fffffffffffffff\nNaN\nInfinity\n"), "200"},
		{"dates.csv", text("d\n99999-12-31\n0000-00-00\n-0001-01-01\n2024-02-30\n"), "200"},
	}
}

// names are the names that uploads come under.
func (*house) names() []hostile {
	return []hostile{
		{"../../../../tmp/canary.csv", text("a,b\n1,2\n"), "200"},
		{"a\x00.csv", text("a,b\n1,2\n"), "400 form_invalid"},
		{"..", text("a,b\n1,2\n"), "200"},
		{repeat("n", 4000) + ".csv", text("a,b\n1,2\n"), "200"},
		{"\u202egnp.csv", text("a,b\n1,2\n"), "200"},
		{"con.csv", text("a,b\n1,2\n"), "200"},
		{`"; DROP TABLE x; --.csv`, text("a,b\n1,2\n"), "200"},
		{"$(touch canary).csv", text("a,b\n1,2\n"), "200"},
		{"<svg onload=alert(1)>.csv", text("a,b\n1,2\n"), "200"},
		{"'||(SELECT 1)||'.csv", text("a,b\n1,2\n"), "200"},
	}
}

// liars have a name that promises something else.
func (*house) liars() []hostile {
	return []hostile{
		{"picture.csv", append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 1, 2, 250}, 500)...), "422 format_unsupported"},
		{"database.csv", append(text("SQLite format 3\x00"), make([]byte, 4096)...), "422 format_unsupported"},
		{"page.csv", text("<!DOCTYPE html><html><script>alert(1)</script></html>"), "422 format_unsupported"},
		{"document.parquet", text("a,b\n1,2\n"), "200"},
		{"text.xlsx", text("a,b\n1,2\n"), "200"},
		{"workbook.csv", workbook(sheet("", row), "worksheets/sheet1.xml"), "200"},
		{"large.csv", text("a,b\n" + repeat("1,2\n", 3<<20)), "413 upload_too_large"},
	}
}

func keys(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"k%d":1`, i))
	}
	return strings.Join(list, ",")
}

// setting is a limit in the words of an error: the setting's name in brackets.
var setting = regexp.MustCompile(`\((?:[a-z]+-)+[a-z]+(?:, (?:[a-z]+-)+[a-z]+)*\)`)

// named reports whether an answer that speaks of a limit names it.
func named(a answer) bool {
	limit := a.status == http.StatusRequestEntityTooLarge || a.code == "archive_bomb"
	return !limit || setting.MatchString(a.body)
}

func refused(a answer) bool { return a.status/100 == 4 && a.code != "" && a.code != "engine_crashed" }

func TestFiles(t *testing.T) {
	h := open(t, asWorker)
	list := hostiles(t, h)
	if len(list) < 85 {
		t.Errorf("only %d files", len(list))
	}
	for _, f := range list {
		before := h.stored(t)
		a := h.offer(t, f.name, f.content)
		if refused(a) {
			h.leaves(t, f.name, before)
		}
		if a.String() != f.want || !named(a) {
			t.Errorf("%.60q: %s, want %s\n%.300s", f.name, a, f.want, a.body)
		}
		h.healthy(t, f.name, a)
	}
	h.rested(t)
}
