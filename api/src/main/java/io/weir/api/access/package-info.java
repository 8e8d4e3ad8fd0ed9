/**
 * Who may ask what: keys, their roles, and what is read again from files while the server runs.
 *
 * <p>In: keys as their hashes, from settings or a file; what a request presents, before its body is
 * read. Out: an {@link io.weir.api.access.AccessControl.Decision}, which {@code http} turns into an
 * answer where it is no yes. No key is kept, logged or shown, only its name.
 */
@NullMarked
package io.weir.api.access;

import org.jspecify.annotations.NullMarked;
