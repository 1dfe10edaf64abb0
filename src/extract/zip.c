/*
 * Containers: ASiC, office documents, or any zip.  libzip finds the members;
 * each is read, within bounds that do not trust what the directory says, and
 * looked at like any document.
 */
#include "config.h"

#include <zip.h>

#include "extract/readers.h"

#define MEMBERS_MAX	4096		/* of one container */
#define MEMBER_MAX	(64u << 20)	/* bytes of one, unpacked */
#define RATIO_MAX	200		/* unpacked bytes a packed one, */
#define RATIO_FROM	(1u << 20)	/* once there are this many */
#define CHUNK		65536

/* A bomb is small and says so, or lies: either is noticed here. */
static bool
is_bomb(size_t have, zip_uint64_t packed)
{
	return have > MEMBER_MAX ||
	    (have > RATIO_FROM && have / RATIO_MAX > packed);
}

static int
read_member(zip_file_t *file, const zip_stat_t *st, struct buf *out,
    struct sink *sink)
{
	uint8_t chunk[CHUNK];
	zip_int64_t n;

	while ((n = zip_fread(file, chunk, sizeof(chunk))) > 0) {
		if (is_bomb(out->len + (size_t)n, st->comp_size) ||
		    buf_add(out, chunk, (size_t)n) == -1) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "%s: grows too much", st->name);
			return -1;
		}
		if (sink_charge(sink, (size_t)n) == -1)
			return -1;
	}
	if (n < 0)
		sink_problem(sink, ERR_BAD_DATA, "%s: %s", st->name,
		    zip_file_strerror(file));
	/* What could be unpacked may hold a signature all the same. */
	return 0;
}

static void
open_member(zip_t *zip, zip_uint64_t i, struct sink *sink)
{
	struct buf member;
	zip_stat_t st;
	zip_file_t *file;

	if (zip_stat_index(zip, i, 0, &st) == -1 || st.name == NULL ||
	    (st.valid & ZIP_STAT_SIZE) == 0 ||
	    (st.valid & ZIP_STAT_COMP_SIZE) == 0)
		return;
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
	    st.encryption_method != ZIP_EM_NONE) {
		sink_problem(sink, ERR_PART_LOCKED, "%s", st.name);
		return;
	}
	if (st.size == 0)	/* a folder, as a rule */
		return;
	file = zip_fopen_index(zip, i, 0);
	if (file == NULL) {
		sink_problem(sink, ERR_BAD_DATA, "%s: %s", st.name,
		    zip_strerror(zip));
		return;
	}
	buf_init(&member, MEMBER_MAX);
	if (read_member(file, &st, &member, sink) == 0)
		sink_document(sink, st.name, span_of(member.data, member.len));
	buf_clear(&member);
	(void)zip_fclose(file);
}

static void
read_members(zip_t *zip, struct sink *sink)
{
	zip_int64_t n = zip_get_num_entries(zip, 0);

	if (n > MEMBERS_MAX) {
		sink_problem(sink, ERR_PART_LEFT_OUT,
		    "more than %d members", MEMBERS_MAX);
		n = MEMBERS_MAX;
	}
	for (zip_int64_t i = 0; i < n; i++)
		open_member(zip, (zip_uint64_t)i, sink);
}

void
extract_zip(struct span in, struct sink *sink)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;

	if (sink_enter_container(sink) == -1)
		return;
	zip_error_init(&error);
	source = zip_source_buffer_create(in.p, in.len, 0, &error);
	if (source != NULL)
		zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip == NULL) {
		sink_problem(sink, ERR_BAD_DATA, "zip: %s",
		    zip_error_strerror(&error));
		zip_source_free(source);
	} else {
		read_members(zip, sink);
		zip_discard(zip);
	}
	zip_error_fini(&error);
	sink_leave_container(sink);
}
