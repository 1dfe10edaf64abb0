/*
 * The peer of ordertime: the same address asked as often in this one process by
 * libcurl, on one connection, and each answer read as an order.  Microseconds of
 * one (the median), without the first.
 *
 * usage: curltime URL CA KEYFILE TIMES
 */
#include "config.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "order/order.h"

#define BODY_MAX	((size_t)1 << 20)

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	(void)size;	/* 1, always */
	return buf_add(arg, p, n) == 0 ? n : 0;
}

static struct curl_slist *
key_header(const char *path)
{
	char key[256] = "", line[300];
	FILE *f = fopen(path, "re");

	if (f == NULL || fgets(key, sizeof key, f) == NULL)
		panic("%s: no key", path);
	fclose(f);
	key[strcspn(key, "\n")] = '\0';
	snprintf(line, sizeof line, "X-API-Key: %s", key);
	return curl_slist_append(curl_slist_append(NULL, line),
	    "Accept: application/json");
}

static void
ask(CURL *c, struct buf *body)
{
	struct err err = ERR_INIT;
	struct order order;
	json_t *o;

	body->len = 0;
	if (curl_easy_perform(c) != CURLE_OK)
		panic("curltime: no answer");
	o = json_loadb((const char *)body->data, body->len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (order_read(o, &order, &err) == -1)
		panic("curltime: no order: %s", err.detail);
	order_clear(&order);
	json_decref(o);
}

int
main(int argc, char **argv)
{
	struct curl_slist *headers;
	struct buf body;
	int64_t *us;
	CURL *c;
	int n;

	if (argc != 5 || (n = atoi(argv[4])) < 3)
		panic("usage: curltime URL CA KEYFILE TIMES");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	c = curl_easy_init();
	headers = key_header(argv[3]);
	buf_init(&body, BODY_MAX);
	us = mem_array((size_t)n, sizeof *us);
	curl_easy_setopt(c, CURLOPT_URL, argv[1]);
	curl_easy_setopt(c, CURLOPT_CAINFO, argv[2]);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
	for (int i = 0; i < n; i++) {
		int64_t began = now_us();

		ask(c, &body);
		us[i] = now_us() - began;
	}
	qsort(us + 1, (size_t)n - 1, sizeof *us, by_value);
	printf("%lld\n", (long long)us[n / 2]);
	free(us);
	buf_clear(&body);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	curl_global_cleanup();
	return 0;
}
