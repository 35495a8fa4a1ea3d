import { Link } from '../address/link.js';

export function NotFound() {
  return (
    <div className="empty">
      <div>
        <h1>There is no such page</h1>
        <p>
          <Link to="/">Go to the overview</Link>
        </p>
      </div>
    </div>
  );
}
