/** What tests of the API share: a server over a real store, and what can be done to both. */
@NullMarked
package io.weir.api.testing;

import org.jspecify.annotations.NullMarked;
