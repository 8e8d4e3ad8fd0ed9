/**
 * What the tests of several packages share: waiting with a bound, a broker, fakes of our own
 * interfaces.
 */
@NullMarked
package io.weir.ingest.testing;

import org.jspecify.annotations.NullMarked;
