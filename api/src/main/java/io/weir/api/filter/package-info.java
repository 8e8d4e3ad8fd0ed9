/**
 * Filters as clients write them: read from JSON, checked against the fields that a collection
 * declares, made filters of the store.
 */
@NullMarked
package io.weir.api.filter;

import org.jspecify.annotations.NullMarked;
