import { readRegionYear } from '#series-codec';

/** A made-up year of three categories: few, some and many counts a day. */
const YEAR =
  'AukP7QIBxAUDAWGsAgFi3ggDAWPcEHJzmjqulz4B4+DtACJEIZ9Apr+jjkIfPo2lVV5OGk8jowl2p2UkeB6Fe8fJsjaV7tkczFBmJdDldtt1ALF3D0oFbfeiwBQ3SaPHNGN7IxjPjxyUR8nW4vngM6/dJrVjfiCteWSZgR/OiEgfIIygDdVZuPwf/uoK6q25kWKhRGDRQWiJQh752mhdA9dnuhVys6SSywR0iaOTJBFbTts9OPU4Pno+YwoLAHlDhPOyZL7nxqfI3UwN2zW8gQefTKNxBfDSu/C2fk0CN10KxAMHWY8SF0SfHM7leXK6z9M16USOS92HNH+CNLFyYcBYD0QHMwBz7OwjAkYilqYeyqK+WjMA5haXisn24ACLDJi2fQTVITOJKJmWjeM8DojDCjaRJ+1rsP5FwhmOKmvB1dUF6DZUMHugGYMtLVkdMCu85YUezmQysTCbTkCb9ta3/eXleKOTb3lg2U0zchTk5t+7UZmnxLE/Q1U1SWzD92vXsPicqnfAOs5ip5+hoID7kVP4uMwUp6XrUIgEiEPqoh8yTxPic4PwvcGhhE8BojpNjGOQSeIlx15KL8tCW9lLqcuwXnBfUSiWsF4ZaiiO+MNoUDUQHgm73jhNQNM2fBi9iI9NY7NLXXmJ0GKXOAABXgrIJRpYu7HL9sU9056RKRN3GbG3vYAe1Z5Wba2SPxnQ3XgFhEX/8fe/smUPaUIqBMapK6Cr3R6+qbsBRAnx39lSp66jffJxAcDBsI6j7R4dqMGuZWHT1rme5RSQREbGWH0xhVbQGpplpoDl7BDPdBKYq9A32+/pdLLNEFWJxOqVJ9oryJAZQL+aUxC7WXZKfVTFiwqEqHE86zRzs479wMBKch/h9E9FTmuV8Aat7wgVI58xS7aKp1xK+lFRDBMYxbMwwAwx2HiiFWU4fFEGoR4hvq9GyEfWZkpJhge0k4HHHVddK/YRIGDM6XL2KhUa2bFEL1KXH0rxM/m1k/cFOjcUYDfI47Ksg3QFERq8p7v0/GLvE2loh5K+hJ3hxx3PTjyu05cKQXsZ9SYsxCO1LzdiWbXP0xYoV93r7REByyIbDt4ERUBI2jd7b9EsFX6kJwzVtwqphMtHMnEchl2P1dR2VXqxYuWYM8LLLlYgouISd8Ho5iNUm5Q48MOXu9Z2MCCRlCiKzEAYO/+n6MLba7DUefet+H7tvlEy/hi8odcUjyHHOaAETT5i8qZIM7Z8r53dK4Fdz8ihaERnbaTHPeZZD3iUJQ0+HIyBSo3Q9mcwmFfuavPQwgroatnwcSsvvhahzf2glxBQ9QV545pbNmQOItVBhJIgEpl5u5VDL2dcUtE9HVwsAKKj/lCKCd1314hhN0L4/WhIEmLp7pyDe09byHbEDwVTETX/J9FGDv14GfcZnygqXXdAwaxCmC2AIIapMlIFDG6swmiOeip0l2qr';
const TIMES = 10;

/**
 * Reads a small record a few times, so that tables are made and code is compiled while the first answer is on its way:
 * what comes then is read in a tenth of the time.
 */
export function warmUpDecoder(): void {
  const bytes = Uint8Array.from(atob(YEAR), (character) => character.charCodeAt(0));
  for (let time = 0; time < TIMES; time++) readRegionYear(bytes, ['a', 'b', 'c']);
}
