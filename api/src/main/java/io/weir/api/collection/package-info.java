/**
 * Collections and the rows in them: list, describe, get by key.
 *
 * <p>In: requests. Out: JSON. Reads of the store run on a pool.
 */
@NullMarked
package io.weir.api.collection;

import org.jspecify.annotations.NullMarked;
