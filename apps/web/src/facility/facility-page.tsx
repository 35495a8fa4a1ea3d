export default function Page() {
  return <p className="empty">soon</p>;
}
