/**
 * Filters as clients write them: read from JSON, checked against the fields that a collection
 * declares, made filters of the store. In Weir's own grammar, and in that of Qdrant's clients.
 */
@NullMarked
package io.weir.api.filter;

import org.jspecify.annotations.NullMarked;
