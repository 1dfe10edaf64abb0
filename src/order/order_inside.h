/*
 * For the files of this room that read orders and put them into words.
 */
#ifndef ORDER_ORDER_INSIDE_H
#define ORDER_ORDER_INSIDE_H

#include "base/buf.h"
#include "order/order.h"

#define ORDER_NUMBER_MIN	4
#define ORDER_NUMBER_LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-"

/* As the contract says them; "" for the unknown one. */
extern const char *const order_state_words[ORDER_STATES];

/* RFC 3339 in all its forms; 0 for NULL, for what is none or cannot be. */
int64_t	order_time(const char *);

#endif
