/*
 * The floor that the desk's screen is measured against: bare ncursesw with a
 * box and as many rows as fit, a bar moved by the arrow keys, and nothing else.
 */
#define NCURSES_WIDECHAR 1
#include "config.h"

#include <curses.h>
#include <locale.h>

static void
draw(int selected)
{
	(void)mvaddstr(0, 0, " hello");
	(void)mvaddstr(LINES - 1, 0, "F1 Help  F3 Find  F10 Quit");
	for (int i = 0; i < LINES - 4; i++) {
		if (i == selected)
			(void)attron(A_REVERSE);
		(void)mvprintw(i + 2, 1, "0A1B2C3D4E5F6071  Wi\xc5\x9bniewska "
		    "Ma\xc5\x82gorzata  20%02d-0%d-1%d  valid", i % 30, i % 9 + 1,
		    i % 9);
		(void)attroff(A_REVERSE);
	}
	(void)move(selected + 2, 1);
	(void)refresh();
}

int
main(void)
{
	int selected = 0, key = 0;

	(void)setlocale(LC_ALL, "");
	(void)initscr();
	(void)raw();
	(void)noecho();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(25);
	(void)start_color();
	(void)use_default_colors();
	(void)box(stdscr, 0, 0);
	while (key != 'q') {
		draw(selected);
		key = getch();
		if (key == KEY_DOWN && selected < LINES - 5)
			selected++;
		if (key == KEY_UP && selected > 0)
			selected--;
	}
	(void)endwin();
	return 0;
}
