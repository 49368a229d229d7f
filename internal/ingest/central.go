package ingest

// centralEuropean recognises Czech, Slovak, Polish and Hungarian text in an
// 8-bit encoding, which detectors take for Western European: the same bytes
// are letters there, but letters that do not occur together, or signs that do
// not stand inside words. It gives the encoding, or "" for other text.
func centralEuropean(b []byte) string {
	var n [256]int
	iso, win := 0, 0
	for i, c := range b {
		n[c]++
		if !insideWord(b, i) {
			continue
		}
		switch c {
		case 0xb9, 0xbe, 0xbb, 0xb6, 0xbf, 0xb3, 0xb1: // ISO 8859-2: š ž ť ś ż ł ą; Latin-1: ¹ ¾ » ¶ ¿ ³ ±
			iso++
		case 0x9d, 0x9c, 0x9f: // Windows-1250: ť ś ź
			win++
		}
	}
	czech := n[0xf8] > 0 && n[0xec] > 0 || n[0xf8] > 0 && n[0xe8] > 0 || n[0xec] > 0 && n[0xe8] > 0 && n[0xf9] > 0 && n[0xfd] > 0
	hungarian := n[0xf5] > 0 && n[0xe1] > 0 && n[0xe9] > 0 && n[0xe3] == 0 && n[0xf1] == 0
	switch {
	case iso > 1 && iso > win:
		return "iso-8859-2"
	case czech || hungarian || win > 1:
		return "windows-1250"
	}
	return ""
}

// insideWord reports whether the byte stands between ASCII letters, or behind
// one at the end of a word.
func insideWord(b []byte, i int) bool {
	return i > 0 && asciiLetter(b[i-1]) && i+1 < len(b) && asciiLetter(b[i+1])
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
