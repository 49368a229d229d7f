package twice

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/transform"
	"pgregory.net/rapid"
)

// again encodes a text once more, as a program does that takes its bytes for
// Latin-1, or for Windows-1252.
func again(s string, windows bool) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		r := rune(c)
		if windows && c >= 0x80 && c <= 0x9f {
			r = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")[c-0x80]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// texts are of many languages, as tables hold them: they stay what they are,
// and encoded twice they are mended.
var texts = []string{
	"14–2", "São Paulo", "José Ángel Íñiguez", "café crème, à la carte", "Noël à Orléans", "Königsberg", "Österreich", "Ångström", "Łódź", "Wałęsa", "Gdańsk",
	"Dvořák", "Čeština je těžší", "Příliš žluťoučký kůň", "Kőszeg", "Iași și Timișoara", "İstanbul'da yağış", "Balıkesir", "Москва", "Санкт-Петербург", "Київ", "Ελλάδα",
	"Αθήνα", "שלום", "مرحبا", "日本語", "東京都", "中国", "서울", "สวัสดี", "नमस्ते", "“quoted”", "don’t", "wait…", "25 °C", "£5", "€ 12", "½ litre", "ft²", "Tiếng Việt",
	"Đồng Tháp", "emoji 😀", "naïve", "Garcia™", "© 2020", "«\u00a0Bonjour\u00a0»", "Straße", "RÉUNION", "LEÓN", "ESPAÑA", "Žilina", "żaba", "BOŽENA", "Fűszer", "mű", "α-helix", "α1", "12\u00a0000", "Peña", "Oñate", "ñandú", "été\u00a0!", "«\u00a0Quoi\u00a0?\u00a0»", "FRANÇAIS",
}

func TestWhatWasEncodedTwiceIsMended(t *testing.T) {
	for _, text := range texts {
		for _, windows := range []bool{false, true} {
			broken := again(text, windows)
			if got, n := Mend(broken); got != text || n == 0 {
				t.Errorf("%q became %q (%d), want %q", broken, got, n, text)
			}
		}
	}
	for broken, want := range map[string]string{
		again(again("é", true), true):         "é",
		again(again("Ångström", true), false): "Ångström",
		again(again("14–2", false), false):    "14–2",
		"Ã©tÃ© and été, “CAFÉ”":               "été and été, “CAFÉ”",
		"\u00ef\u00bb\u00bfid":                "\ufeffid",
	} {
		if got, _ := Mend(broken); got != want {
			t.Errorf("%q became %q, want %q", broken, got, want)
		}
	}
}

// What right text may hold stays, although its bytes would be a character.
func TestRightTextStays(t *testing.T) {
	for _, text := range append([]string{
		"“CAFÉ” — OLÉ…", "le « CAFÉ » et le « café »", "AMANHÃ”, MAÇÃ…", "IRMÃ»", "MANHÃ–TARDE", "MAÇÃ™ e MAÇÃ®", "Gruß“, „Spaß“", "Spaß…", "Fuß\u00adball", "Brontë…”",
		"café¹²", "café†‡", "PÄIVÄ…”", "À – É – È", "É–È", "the Ã’s and Å’s", "A–Ä–Ö", "Úžice", "VÝŠKA", "KNÍŽKA", "ORÐ”", "“Ñ”", "«está»…", "Â", "Ã", "Ã and Â", "SÃO", "ÃO", "Ä Ö Ü",
		"de 5 à\u00a0€10", "café\u00a0½", "LÂÅ", "½×½×¼", "WhoÓ³", "S\u00cc©bastien",
		"1.8 Å±0.1", "Å±0.1", "kcal/(Å·mol)", "eV/Å·nm", "d=3Å–alpha", "3 Å…and", "5 Å²s", "10 Å³", "Å°", "12 mÅ±5", "kÅ³2", "SKÅ±1", "Å½",
		"«Â»", "«\u00a0Â\u00a0»", "Pho Â»", "Â»", "Pho Â\u00a0Â»", "a,Â\u00a0b", "Café££", "Café€€€", "Café¥¥", "MAÇÃ££", "SKÅ€€", "purâ€€", "à€€", "olá££", "Ñ±", "N=Ã±2", "MAÇÃ±1",
	}, texts...) {
		if got, n := Mend(text); got != text || n != 0 {
			t.Errorf("%q became %q (%d)", text, got, n)
		}
	}
}

// words are of languages with letters beyond ASCII, in capitals too.
var words = strings.Fields(`été à où naïve CAFÉ PRÊT Noël ŒUVRE maçã MAÇÃ irmã IRMÃ coração AÇÃO avó JOSÉ você não Nguyễn Việt Đà ường PHỞ Ấn Straße GRÜSSE Größe ß Äpfel ÖL über
	pöytä PÄIVÄ yö ÄITI å SKÅ Ångström ørret ÆRØ þorn ÞÓR orð ORÐ niño ÑU señor ¿qué? ¡olé! město kůň ŘEKA žluť ÚŽ VÝŠ ťažší łódź ŁĄ źdźbło ő Ű și ȚARA İĞ ışık
	Ελλάδα ΑΘΗΝΑ ώρα Москва ЁЛКА їжак ąžuolas 東京 서울 สวัสดี שלום مرحبا 1 22 3.5`)

// Between words stand the marks that people write; no word begins or ends with
// two of them, as in right text.
func TestRightTextOfAnyLanguageIsNeverChanged(t *testing.T) {
	signs := []string{" ", " ", " ", ", ", "; ", "-", "–", " — ", "… ", "” ", "’ ", "» ", "\u00a0» ", "™ ", "® ", "º ", "² ", "” (", ") “", " «\u00a0", " „", "“ ", ".\n", "\t", "\",\"", " €", "\u00a0€", "/", "’s ",
		"±0,1 ", " ± ", "·", "·10 ", "££ ", "€€, ", "€€€\n", " «Â» ", "«\u00a0Â\u00a0» ", " Å ", " Å·", " Å±", "/Å–", " Å² "}
	rapid.Check(t, func(r *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 12).Draw(r, "words") {
			b.WriteString(rapid.SampledFrom(words).Draw(r, "word") + rapid.SampledFrom(signs).Draw(r, "sign"))
		}
		if got, n := Mend(b.String()); got != b.String() || n != 0 {
			r.Fatalf("%q became %q", b.String(), got)
		}
	})
}

// Whatever is changed, encoding it once more gives what was there.
func checkMended(t interface{ Fatalf(string, ...any) }, text string) {
	got, n := Mend(text)
	if n == 0 && got != text {
		t.Fatalf("%q became %q, and nothing was counted", text, got)
	}
	if utf8.ValidString(text) && !utf8.ValidString(got) {
		t.Fatalf("%q became %q, which is not UTF-8", text, got)
	}
	if back, want := bytesOf(got), bytesOf(text); !bytes.Equal(back, want) {
		t.Fatalf("%q became %q: bytes %x, not %x", text, got, back, want)
	}
}

// bytesOf undoes every encoding that can be undone, so that a text and what it
// was mended to give the same.
func bytesOf(s string) []byte {
	for range layers + 4 {
		var b []byte
		for i := 0; i < len(s); {
			p, ok, _ := pieceAt([]byte(s[i:]), true)
			if !ok {
				b, i = append(b, s[i]), i+1
				continue
			}
			b, i = utf8.AppendRune(b, p.r), i+p.size
		}
		s = string(b)
	}
	return []byte(s)
}

// Read in any parts, a text becomes the same.
func checkParts(t interface{ Fatalf(string, ...any) }, text string) {
	want, n := Mend(text)
	for _, in := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
		m := &Mender{}
		got, err := io.ReadAll(transform.NewReader(in, m))
		if err != nil || string(got) != want || m.Mended != n {
			t.Fatalf("%q read in parts is %q (%d, %v), want %q (%d)", text, got, m.Mended, err, want, n)
		}
	}
}

func TestTextInParts(t *testing.T) {
	long := again(strings.Repeat("日本語のテキスト", 400), true) + strings.Repeat("plain, ", 2000) + again("é", false)
	checkParts(t, long)
	rapid.Check(t, func(r *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 40).Draw(r, "parts") {
			s := rapid.SampledFrom(append(words, texts...)).Draw(r, "text")
			if rapid.Bool().Draw(r, "twice") {
				s = again(s, rapid.Bool().Draw(r, "windows"))
			}
			b.WriteString(s + rapid.SampledFrom([]string{"", " ", ",", "\n", "Ã", "â€"}).Draw(r, "end"))
		}
		checkParts(r, b.String())
		checkMended(r, b.String())
	})
}

func FuzzMend(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
		f.Add(again(text, true))
		f.Add(again(again(text, false), true))
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkMended(t, text)
		checkParts(t, text)
		if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
			if got, n := Mend(text); got != text || n != 0 {
				t.Fatalf("%q became %q", text, got)
			}
		}
	})
}
