// Package twice mends text that was encoded twice: UTF-8 whose bytes somebody
// took for Latin-1 or Windows-1252 and wrote as UTF-8 again, so that "é" reads
// "Ã©". In goes UTF-8, out comes the same with what can be nothing else mended;
// what may also be meant as it stands stays. It knows no files and no tables;
// start at Mender.
package twice
