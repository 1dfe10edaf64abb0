/*
 * What this counter is set up with: its settings and the authorities it knows.
 * Both are borrowed for as long as the desk lives.  UI thread only.
 */
#ifndef UI_SETUP_H
#define UI_SETUP_H

#include "base/authority.h"
#include "base/conf.h"

struct setup {
	const struct conf		*conf;
	const struct authorities	*authorities;
};

#endif
